import { isDeepStrictEqual } from 'node:util';
import { routeName, type Route } from './route';

/**
 * The routes `after`, of which those that were there `before` are the very objects that they were. What belongs to a
 * route is found by it: whose turn it is, what callers have used up.
 */
export function keepUnchanged(before: readonly Route[], after: readonly Route[]): readonly Route[] {
  const earlier = grouped(before);
  return after.map(
    (route) => earlier.get(routeName(route))?.find((one) => isDeepStrictEqual(one, route)) ?? route,
  );
}

function grouped(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const name = routeName(route);
    groups.set(name, [...(groups.get(name) ?? []), route]);
  }
  return groups;
}
