import type { Instance } from '@rollcall/contracts';
import {
  rememberAnnouncements,
  sameAnnouncements,
  type RememberedAnnouncement,
} from '../routing/announcement-memory';
import { resolveAnnouncements, type RefusedAnnouncement } from '../routing/announcement-conflicts';
import type { RoutePolicies } from '../policies/route-policies';
import { keepUnchanged } from '../routing/keep-unchanged';
import type { Route } from '../routing/route';
import { routeBeneath } from '../routing/route-beneath';
import type { RoutePolicy } from '../routing/route-policy';
import { createRouteTable, type RouteTable } from '../routing/route-table';
import { createDestination, type Destination } from './destination';
import type { Fleet } from './fleet';
import type { ChoiceContext } from './instance-choice';

/** All routes in force, kept up to date with what instances announce. The table is replaced whole. */
export interface RouteBook {
  readonly table: RouteTable<Destination>;
  readonly refused: readonly RefusedAnnouncement[];
  /** Routes of the file, in place of all earlier ones. One that is as before goes on as before: its turns, its counts. */
  replaceFileRoutes(routes: readonly Route[]): void;
  /** After the fleet has taken in the same instances. */
  update(serviceName: string, instances: readonly Instance[], now: number): void;
}

export interface RouteBookOptions {
  /** For routes that instances announce. */
  readonly defaultPolicy: RoutePolicy;
  readonly compilePolicies: (route: Route) => RoutePolicies | undefined;
  readonly fleet: Fleet;
  readonly choosing: ChoiceContext;
}

export function createRouteBook(options: RouteBookOptions): RouteBook {
  const { defaultPolicy, compilePolicies, fleet, choosing } = options;
  const destinations = new WeakMap<object, Destination>();
  /** Of an announced route, by the route of the file that it lies beneath. */
  const inherited = new WeakMap<Destination, WeakMap<Destination, Destination>>();
  const announcements = new Map<string, readonly RememberedAnnouncement[]>();
  let fileRoutes: readonly Route[] = [];
  // Made when it is asked for: at a start a thousand services' news would otherwise make a thousand tables.
  let made: Pick<RouteBook, 'table' | 'refused'> | undefined;

  function make(): Pick<RouteBook, 'table' | 'refused'> {
    const resolved = resolveAnnouncements([...announcements.values()].flat(), fileRoutes);
    const table = createRouteTable(
      [
        ...fileRoutes.map((route) => destinationOf(route, () => route)),
        ...resolved.accepted.map((one) =>
          destinationOf(one, () => ({ ...one, source: 'announced', policy: defaultPolicy })),
        ),
      ],
      beneath,
    );
    return { table, refused: resolved.refused };
  }

  function current(): Pick<RouteBook, 'table' | 'refused'> {
    return (made ??= make());
  }

  /** A destination lives as long as what it was made of: another service's news must not begin its turns anew. */
  function destinationOf(origin: object, route: () => Route): Destination {
    const kept = destinations.get(origin);
    if (kept !== undefined) return kept;
    const made = route();
    const destination = createDestination({ route: made, policies: compilePolicies(made), fleet, choosing });
    destinations.set(origin, destination);
    return destination;
  }

  /** Made when the first request comes by: most pairs of an announced route and one of the file never meet. */
  function beneath(one: Destination, cover: Destination): Destination {
    const byCover = inherited.get(one) ?? new WeakMap<Destination, Destination>();
    const kept = byCover.get(cover);
    if (kept !== undefined) return kept;
    const made = createDestination({
      route: routeBeneath(one, cover),
      policies: cover.policies?.beneath,
      fleet,
      choosing,
    });
    inherited.set(one, byCover.set(cover, made));
    return made;
  }

  return {
    get table() {
      return current().table;
    },
    get refused() {
      return current().refused;
    },
    replaceFileRoutes(routes) {
      fileRoutes = keepUnchanged(fileRoutes, routes);
      made = undefined;
    },
    update(serviceName, instances, now) {
      const before = announcements.get(serviceName) ?? [];
      const after = rememberAnnouncements(before, instances, now);
      if (sameAnnouncements(before, after)) return;
      if (after.length > 0) announcements.set(serviceName, after);
      else announcements.delete(serviceName);
      made = undefined;
    },
  };
}
