/** Those of RFC 9110, and PATCH (RFC 5789); any other is a name that a caller made up. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
]);

/** What OpenTelemetry's conventions call all other methods. */
export const OTHER_METHOD = '_OTHER';

/** The method as metrics and spans name it: all methods that no standard has share one name. */
export function knownMethod(method: string): string {
  return METHODS.has(method) ? method : OTHER_METHOD;
}
