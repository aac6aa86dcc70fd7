/**
 * Where a request goes: the instance's address and the caller's path, and never anywhere else. A path often holds
 * what somebody outside has typed, and `//elsewhere`, `http://elsewhere` or `/../admin` must not lead there.
 *
 * @returns the URL, or what is wrong with the path
 */
export function requestUrl(
  instanceUrl: string,
  path = '/',
): { readonly url: string } | { readonly fault: string } {
  if (!path.startsWith('/')) return { fault: 'must begin with "/"' };
  if (path.startsWith('//')) return { fault: 'must not begin with "//"' };
  // URL parsers take "\\" for "/", and drop tabs and line breaks.
  if (!/^[!-[\]-~\u0080-\uffff]*$/.test(path))
    return { fault: 'must not hold "\\", spaces or control characters' };
  const base = new URL(instanceUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  if (!URL.canParse(base.origin + basePath + path)) return { fault: 'is not a path' };
  const url = new URL(base.origin + basePath + path);
  // Parsing has resolved "..", also where it was spelt "%2e%2e".
  if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(`${basePath}/`))
    return { fault: 'must not lead out of the service' };
  return { url: url.origin + url.pathname + url.search };
}
