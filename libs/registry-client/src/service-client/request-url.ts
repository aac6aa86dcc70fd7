/**
 * The URL of a request: the instance's address and the caller's path, and never anywhere else. A path often holds
 * text that somebody outside has typed, and `//elsewhere`, `http://elsewhere` or `/../admin` must not lead there.
 *
 * @returns the URL, or what is wrong with the path and how to mend it
 */
export function requestUrl(
  instanceUrl: string,
  path = '/',
): { readonly url: string } | { readonly fault: string } {
  if (!path.startsWith('/'))
    return { fault: 'the path of a request has to begin with "/"; name no scheme or host' };
  if (path.startsWith('//'))
    return { fault: 'the path of a request must not begin with "//", which names a host' };
  // URL parsers take "\\" for "/", and drop tabs and line breaks.
  if (!/^[!-[\]-~\u0080-\uffff]*$/.test(path))
    return {
      fault: 'the path of a request contains "\\", a space or a control character; percent-encode it',
    };
  const base = new URL(instanceUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  if (!URL.canParse(base.origin + basePath + path))
    return { fault: 'the path of a request is not a valid URL path' };
  const url = new URL(base.origin + basePath + path);
  // Parsing has resolved "..", also where it was spelt "%2e%2e".
  if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(`${basePath}/`))
    return { fault: 'the path of a request leaves the base path of the instance; remove its ".." segments' };
  return { url: url.origin + url.pathname + url.search };
}
