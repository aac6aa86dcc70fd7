import type { RoutePolicy } from '../routing/route-policy';

/** So long that it is none, and a timer of Node can wait it. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** The time-outs of a route. A stream of gRPC may be silent for as long as its caller likes, unless its route says how long. */
export function attemptTimeouts(
  policy: RoutePolicy,
  isGrpc: boolean,
): Pick<RoutePolicy, 'headersTimeoutMs' | 'idleTimeoutMs'> {
  if (!isGrpc) return policy;
  return {
    headersTimeoutMs: policy.grpcHeadersTimeoutMs ?? NO_TIMEOUT_MS,
    idleTimeoutMs: policy.grpcIdleTimeoutMs ?? NO_TIMEOUT_MS,
  };
}
