import type { GatewayConfig } from '../config';
import type { Route } from '../routing/route';

/** The settings of one of several workers: what a gateway may hold in all is divided among them. */
export function shareOfConfig(config: Readonly<GatewayConfig>, workers: number): Readonly<GatewayConfig> {
  return {
    ...config,
    HOLD_CAPACITY: shareOf(config.HOLD_CAPACITY, workers),
    MAX_IN_FLIGHT: shareOf(config.MAX_IN_FLIGHT, workers),
  };
}

/** The same of what a route says for itself. Its rate is divided where it is counted. */
export function shareOfRoute(route: Route, workers: number): Route {
  const { maxInFlight } = route.policy;
  if (maxInFlight === undefined) return route;
  return { ...route, policy: { ...route.policy, maxInFlight: shareOf(maxInFlight, workers) } };
}

/** Rounded up: a limit that is smaller than the number of workers must not become none at all. */
function shareOf(limit: number, workers: number): number {
  return Math.ceil(limit / workers);
}
