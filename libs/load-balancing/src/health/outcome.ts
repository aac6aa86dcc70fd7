/**
 * How one attempt at one instance ended.
 *
 * - `response`: its status and headers arrived, whatever the status
 * - `refused`: it refused the connection
 * - `unreachable`: name, route, TLS or connect time-out; like `refused`, nothing was ever sent
 * - `unprocessed`: it said itself that it has not looked at the request, and never will (HTTP/2: REFUSED_STREAM, or GOAWAY
 *   with a lower last stream); it is well, but has no room, or is leaving
 * - `reset-before-response`: the connection died with the request under way and no answer begun
 * - `bad-response`: what came back is not HTTP
 * - `headers-timeout`: sent, and no answer begun in time
 * - `body-idle-timeout`: the answer began and stopped coming
 * - `overloaded`: rejected here, before sending, as there is no room for it at this instance
 * - `downstream-aborted`: the caller went away; says nothing of the instance
 */
export type Outcome =
  | 'response'
  | 'refused'
  | 'unreachable'
  | 'unprocessed'
  | 'reset-before-response'
  | 'bad-response'
  | 'headers-timeout'
  | 'body-idle-timeout'
  | 'overloaded'
  | 'downstream-aborted';

/**
 * Whether the request can have had no effect, as no instance has begun with it (RFC 9113 §8.7): it may be sent elsewhere
 * whatever its method.
 */
export function wasNotProcessed(outcome: Outcome): boolean {
  return isConnectFailure(outcome) || outcome === 'unprocessed' || outcome === 'overloaded';
}

/** Whether the instance could not be connected to: it has seen nothing, and nobody else will get through either. */
export function isConnectFailure(outcome: Outcome): boolean {
  return outcome === 'refused' || outcome === 'unreachable';
}
