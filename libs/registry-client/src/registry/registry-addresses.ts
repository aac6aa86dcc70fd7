/**
 * The addresses of registries as they are used: each without a trailing slash.
 *
 * @throws TypeError when there is none, or one that is not an http(s) address
 */
export function registryAddresses(registryUrls: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = registryUrls.map(baseAddress);
  if (first === undefined)
    throw new TypeError('registryUrls is empty: name at least one registry, e.g. http://127.0.0.1:8080');
  return [first, ...others];
}

function baseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new TypeError(`registryUrls: ${JSON.stringify(shown(text))} is not an http:// or https:// URL`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError(
      `registryUrls: ${JSON.stringify(shown(text))} contains credentials; remove them and use the option token`,
    );
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** A URL as it may be shown: without the text before the last @, which may be a password. */
function shown(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@');
}
