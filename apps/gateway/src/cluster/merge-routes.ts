import type { RoutesView, RouteView } from '@rollcall/contracts';

/** The routes of several workers, which follow the same registry and the same file: each has its part of a limit. */
export function mergeRoutes(views: readonly [RoutesView, ...RoutesView[]]): RoutesView {
  const shares = new Map<string, number>();
  for (const route of views.flatMap(({ routes }) => routes)) {
    const key = keyOf(route);
    shares.set(key, (shares.get(key) ?? 0) + (route.max_in_flight ?? 0));
  }
  const [first] = views;
  return {
    ...first,
    routes: first.routes.map((route) => ({
      ...route,
      max_in_flight: route.max_in_flight === null ? null : (shares.get(keyOf(route)) ?? null),
    })),
  };
}

/** What a request is matched by: no two routes have the same. */
function keyOf({ path_prefix, host, methods }: RouteView): string {
  return JSON.stringify([path_prefix, host, methods]);
}
