import { routeName, type Route } from './route';
import type { RoutePolicy } from './route-policy';

/**
 * An announced route as it serves requests that a route of the file, around it, takes too: its own service and its own
 * word on what becomes of the prefix, with all else that the file says. Versions are those of one service, so another
 * service's requests are not divided by them.
 */
export function routeBeneath(route: Route, cover: Route): Route {
  const { canary, ...policy }: RoutePolicy = cover.policy;
  return {
    ...route,
    policy: {
      ...policy,
      ...(cover.service === route.service && { canary }),
      rewritePrefix: undefined,
      rewritesLocation: undefined,
    },
    policiesOf: routeName(cover),
  };
}
