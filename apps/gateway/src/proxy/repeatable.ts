import { isIdempotentMethod } from '@rollcall/load-balancing';
import type { HeaderList } from '../headers/header-list';
import type { Caller } from '../ports/caller';
import type { RoutePolicy } from '../routing/route-policy';

/**
 * Whether doing it twice is the same as doing it once: by its method, or because the service promises so for requests
 * with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) and the route says that it does.
 */
export function isRepeatable(
  { method, headers }: Pick<Caller, 'method' | 'headers'>,
  { retryByKey }: RoutePolicy,
): boolean {
  return isIdempotentMethod(method) || (retryByKey === true && bearsKey(headers));
}

export function bearsKey(headers: HeaderList): boolean {
  return (headers.get('idempotency-key') ?? '') !== '';
}
