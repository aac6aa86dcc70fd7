import { isIdempotentMethod } from '@rollcall/load-balancing';
import type { RoutePolicy } from '../routing/route-policy';
import type { Exchange } from './exchange';

/**
 * Whether doing it twice is the same as doing it once: by its method, or because the service promises so for requests
 * with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) and the route says that it does.
 */
export function isRepeatable(
  { method, headers }: Pick<Exchange, 'method' | 'headers'>,
  { retryByKey }: RoutePolicy,
): boolean {
  return isIdempotentMethod(method) || (retryByKey === true && (headers.get('idempotency-key') ?? '') !== '');
}
