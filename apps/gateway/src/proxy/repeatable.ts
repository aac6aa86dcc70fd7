import { isIdempotentMethod } from '@rollcall/load-balancing';
import type { HeaderList } from '../headers/header-list';
import type { RoutePolicy } from '../routing/route-policy';
import type { Exchange } from './exchange';
import { hasBody } from './request-body';

/**
 * Whether doing it twice is the same as doing it once: by its method, or because the service promises so for requests
 * with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) and the route says that it does.
 */
export function isRepeatable(
  { method, headers }: Pick<Exchange, 'method' | 'headers'>,
  { retryByKey }: RoutePolicy,
): boolean {
  return isIdempotentMethod(method) || (retryByKey === true && bearsKey(headers));
}

export function bearsKey(headers: HeaderList): boolean {
  return (headers.get('idempotency-key') ?? '') !== '';
}

/** Whether all that an attempt sends can be sent once more, whatever becomes of that attempt. */
export function isReplayable({ keptBody, req }: Pick<Exchange, 'keptBody' | 'req'>): boolean {
  return keptBody !== undefined || !hasBody(req);
}
