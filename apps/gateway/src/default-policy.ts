import type { GatewayConfig } from './config';
import type { ParseOptions } from './routes-file/parse-routes-file';
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

/** What the meaning of a routes file depends on besides its text. */
export function routesFileSettings(
  config: Readonly<GatewayConfig>,
): Omit<ParseOptions, 'file' | 'readBeside'> {
  const { NODE_ENV, ALLOWED_CIDRS, ZONE: zone } = config;
  return {
    defaults: defaultPolicy(config),
    zone,
    allowsPlainHttp: NODE_ENV !== 'production' || ALLOWED_CIDRS.has('127.0.0.1'),
  };
}
