/**
 * Puts another path into the `Path` of a Set-Cookie, read as browsers do (RFC 6265 §5.2): the first `;` ends the value,
 * whatever stands around it, and names have any case. A path in quotes is none to a browser, but is to older libraries.
 *
 * @param callerPath where callers find a path; `undefined` leaves it
 */
export function withCookiePath(setCookie: string, callerPath: (path: string) => string | undefined): string {
  // The prefix is a promise that Path is /, and browsers drop what breaks it (draft-ietf-httpbis-rfc6265bis §4.1.3.2).
  if (PROMISES_ROOT.test(setCookie)) return setCookie;
  const [pair, ...attributes] = setCookie.split(';');
  return [pair, ...attributes.map((attribute) => withPath(attribute, callerPath))].join(';');
}

const PROMISES_ROOT = /^\s*__host-/i;

function withPath(attribute: string, callerPath: (path: string) => string | undefined): string {
  const equals = attribute.indexOf('=');
  if (attribute.slice(0, Math.max(equals, 0)).trim().toLowerCase() !== 'path') return attribute;
  const path = unquoted(attribute.slice(equals + 1).trim());
  const found = path.startsWith('/') ? callerPath(path) : undefined;
  if (found === undefined) return attribute;
  // What is for everything is for the prefix itself too, which `/prefix/` does not match (RFC 6265 §5.1.4).
  const whole = path === '/' && found.length > 1 ? found.slice(0, -1) : found;
  const at = attribute.indexOf(path, equals);
  return attribute.slice(0, at) + whole + attribute.slice(at + path.length);
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
