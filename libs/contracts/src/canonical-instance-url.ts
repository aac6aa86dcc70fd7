/**
 * The one spelling of an instance's address: scheme, host, port and path, lower-cased host, no default port,
 * no trailing slash. Two spellings of one address must not become two instances.
 *
 * @returns the canonical URL, or a sentence that says what is wrong with it
 */
export function canonicalInstanceUrl(text: string): { url: string } | { fault: string } {
  // The parser would silently drop some of them, and read the others differently.
  if (/[\s\p{Cc}\\]/u.test(text))
    return { fault: 'must not contain white space, control characters or "\\"' };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: 'must be an absolute http:// or https:// URL' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { fault: 'must start with http:// or https://' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not carry credentials' };
  if (text.includes('?') || text.includes('#')) return { fault: 'must not carry a query or a fragment' };
  if (url.port === '0') return { fault: 'must not have port 0, to which nobody can connect' };
  if (url.hostname.startsWith('.') || url.hostname.includes('..'))
    return { fault: 'must not have an empty label in its host' };
  return { url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/**
 * Addresses with commas between them, as `REGISTRY_URL` has them.
 *
 * @returns each in its canonical spelling, or a sentence that names the first that is wrong, without its password
 */
export function canonicalInstanceUrls(text: string): { urls: readonly string[] } | { fault: string } {
  const urls: string[] = [];
  for (const one of text.split(',')) {
    const result = canonicalInstanceUrl(one.trim());
    // A password may hold the comma that parts them: then the whole list is shown without it.
    if ('fault' in result)
      return { fault: `"${withoutUserinfo(text.includes('@') ? text : one.trim())}" ${result.fault}` };
    urls.push(result.url);
  }
  return { urls };
}

/**
 * A text that is meant to be an address or a list of them, without credentials: everything up to the last @ is removed.
 * Runs in linear time, since the text may be long and come from a caller.
 */
export function withoutUserinfo(address: string): string {
  const at = address.lastIndexOf('@');
  const scheme = address.indexOf('://');
  if (at < 0 || scheme > at) return address;
  return `${scheme < 0 ? '' : address.slice(0, scheme + 3)}***${address.slice(at)}`;
}
