/**
 * The token of an `Authorization` header (RFC 6750 §2.1), or `undefined` when it carries none: no header, or
 * another scheme. What follows `Bearer` is not judged here; a malformed token is merely an unknown one.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme, ...rest] = (authorization ?? '').trim().split(' ');
  return scheme?.toLowerCase() === 'bearer' ? rest.join(' ').trim() : undefined;
}
