import type { GatewayConfig } from './config';
import type { RoutePolicy } from './routing/route-policy';

/** How a route is treated for which nothing else is said. */
export function defaultPolicy(config: Readonly<GatewayConfig>): RoutePolicy {
  return {
    picker: 'round_robin',
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    idleTimeoutMs: config.IDLE_TIMEOUT_MS,
    maxAttempts: config.MAX_ATTEMPTS,
    attemptTimeoutMs: Infinity,
    maxInFlight: config.MAX_IN_FLIGHT,
  };
}
