import type { HeaderList } from '../headers/header-list';

/** The methods that are forwarded, where a route takes them. */
const FORWARDED = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * The fields of the answer to an OPTIONS that is meant for this gateway itself: of the server as a whole (`*`), or one
 * that may travel no further (RFC 9110 §7.6.2 and §9.3.7).
 */
export function ownOptions(
  method: string,
  path: string,
  headers: HeaderList,
): Readonly<Record<string, string>> | undefined {
  if (method !== 'OPTIONS') return undefined;
  const meant = path === '*' || /^0+$/.test(headers.get('max-forwards') ?? '');
  return meant ? { Allow: FORWARDED } : undefined;
}
