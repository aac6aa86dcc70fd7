import { claimHeadersOnly, type RoutePolicies } from '../policies/route-policies';
import { routeName, type Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import type { Destination } from './destination';

/**
 * An announced route as it serves requests that a route of the file, around it, takes too: its own service and its own
 * word on what becomes of the prefix, with all else that the file says. Versions are those of one service, so another
 * service's requests are not divided by them; nor are they copied to where the covering one's are.
 */
export function routeBeneath(route: Route, cover: Route): Route {
  const { canary, mirror, ...policy }: RoutePolicy = cover.policy;
  return {
    ...route,
    policy: {
      ...policy,
      claimHeaders: route.policy.claimHeaders,
      ...(cover.service === route.service && { canary, mirror }),
      rewritePrefix: undefined,
      rewritesLocation: undefined,
    },
    policiesOf: routeName(cover),
  };
}

/** The policies of that: where both are of one service, those of the file remove its claim headers already. */
export function policiesBeneath(route: Route, cover: Destination): RoutePolicies | undefined {
  const own = route.service === cover.service ? undefined : route.policy.claimHeaders;
  return cover.policies === undefined ? claimHeadersOnly(own) : cover.policies.beneath(own);
}
