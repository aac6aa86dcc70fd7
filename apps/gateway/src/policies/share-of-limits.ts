import type { Route } from '../routing/route';

/** Settings that say how much a gateway may hold in all, whatever the number of its workers. */
export interface DividedSettings {
  readonly HOLD_CAPACITY: number;
  readonly MAX_CONNECTIONS: number;
  readonly MAX_IN_FLIGHT: number;
}

/** The settings of one of several workers: what a gateway may hold in all is divided among them. */
export function shareOfSettings<Settings extends DividedSettings>(
  settings: Readonly<Settings>,
  workers: number,
): Readonly<Settings> {
  return {
    ...settings,
    HOLD_CAPACITY: shareOfCapacity(settings.HOLD_CAPACITY, workers),
    MAX_CONNECTIONS: shareOfCapacity(settings.MAX_CONNECTIONS, workers),
    MAX_IN_FLIGHT: shareOfCapacity(settings.MAX_IN_FLIGHT, workers),
  };
}

/** The same of what a route says for itself. Its rate is divided where it is counted, so that views show it whole. */
export function shareOfRoute(route: Route, workers: number): Route {
  const { maxInFlight, mirror } = route.policy;
  if (maxInFlight === undefined && mirror === undefined) return route;
  return {
    ...route,
    policy: {
      ...route.policy,
      ...(maxInFlight !== undefined && { maxInFlight: shareOfCapacity(maxInFlight, workers) }),
      ...(mirror && { mirror: { ...mirror, maxInFlight: shareOfCapacity(mirror.maxInFlight, workers) } }),
    },
  };
}

/**
 * Rounded down: a rate is a promise to the service that it protects, and what all workers let through together must not
 * be more. At least one: a route that accepts no request at all is not what was configured.
 */
export function shareOfRate(rate: number, workers: number): number {
  return Math.max(1, Math.floor(rate / workers));
}

/**
 * Rounded up: a capacity protects this machine, where one more than asked for does no harm, and one that is smaller
 * than the number of workers must not become none at all.
 */
function shareOfCapacity(capacity: number, workers: number): number {
  return Math.ceil(capacity / workers);
}
