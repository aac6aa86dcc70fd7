import type { Instance, RouteClaim } from '@rollcall/contracts';
import type { LoadMeter } from '@rollcall/registry-client';
import type { RoutePolicies } from '../policies/route-policies';
import type { Announcement } from '../routing/announcement';
import { createFileObstacles } from '../routing/file-obstacles';
import { keepUnchanged } from '../routing/keep-unchanged';
import type { Route } from '../routing/route';
import { createRouteTable, type RouteTable } from '../routing/route-table';
import { createServiceRoutes, type ServiceRoutes } from '../routing/service-routes';
import { createDestination, type Destination } from './destination';
import { policiesBeneath, routeBeneath } from './route-beneath';
import type { Upstreams } from './upstreams';
import type { ChoiceContext } from './instance-choice';
import type { RoutePolicy } from '../routing/route-policy';

/** A route that a service announces and that is not in force. */
export interface RefusedAnnouncement {
  readonly service: string;
  readonly pathPrefix: string;
  readonly host?: string;
  /** For `/explain` and the log. */
  readonly reason: string;
}

/** A path that the registry keeps for a service. */
export interface ServiceClaim {
  readonly service: string;
  readonly claim: RouteClaim;
}

/**
 * Every route that requests are matched against: those of the routes file and those that the registry gave to services.
 * A change is entered into the one table at once: no request pays for it, and it costs the same among ten thousand
 * routes as among ten.
 */
export interface RoutesInForce {
  readonly table: Pick<RouteTable<Destination>, 'routes' | 'match' | 'isDecidedBefore'>;
  /** Collected at each call. */
  refused(): readonly RefusedAnnouncement[];
  claims(): Iterable<ServiceClaim>;
  /** Replaces all routes of the file. An unchanged route keeps its rotation and its counts. */
  replaceFileRoutes(routes: readonly Route[]): void;
  /** After the upstreams has taken in the same instances. */
  update(serviceName: string, instances: readonly Instance[], claims?: readonly RouteClaim[]): void;
}

export interface RoutesInForceOptions {
  /** For routes that instances announce. */
  readonly defaultPolicy: RoutePolicy;
  readonly compilePolicies: (route: Route) => RoutePolicies | undefined;
  readonly upstreams: Upstreams;
  readonly choosing: ChoiceContext;
  /** Counts the requests of each route. */
  readonly meter?: LoadMeter;
}

const NO_CLAIMS: readonly RouteClaim[] = [];

export function createRoutesInForce(options: RoutesInForceOptions): RoutesInForce {
  const { defaultPolicy, compilePolicies, upstreams, choosing, meter } = options;
  const destinations = new WeakMap<object, Destination>();
  /** Of an announced route, by the route of the file that it lies beneath. */
  const inherited = new WeakMap<Destination, WeakMap<Destination, Destination>>();
  const services = new Map<string, ServiceRoutes>();
  /** Announcements that the gateway itself refuses, with the reason. */
  const refusals = new Map<Announcement, string>();
  const table = createRouteTable<Destination>(beneath);
  let fileRoutes: readonly Route[] = [];
  let verdictOn = createFileObstacles(fileRoutes);
  /** By service; see `RoutePolicy.claimHeaders`. */
  let claimHeaders: ReadonlyMap<string, readonly string[]> = new Map();

  /** A destination lives as long as what it was made of: a change of another service must not restart its rotation. */
  function destinationOf(origin: object, route: () => Route): Destination {
    const kept = destinations.get(origin);
    if (kept !== undefined) return kept;
    const made = route();
    const destination = createDestination({
      route: made,
      policies: compilePolicies(made),
      upstreams,
      choosing,
      meter,
    });
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
      policies: policiesBeneath(one, cover),
      upstreams,
      choosing,
      meter,
    });
    inherited.set(one, byCover.set(cover, made));
    return made;
  }

  function enter(one: Announcement): void {
    const verdict = verdictOn(one);
    if (verdict.kind === 'refused') refusals.set(one, verdict.reason);
    if (verdict.kind !== 'free') return;
    const own = claimHeaders.get(one.service);
    const policy = own === undefined ? defaultPolicy : { ...defaultPolicy, claimHeaders: own };
    table.add(destinationOf(one, () => ({ ...one, source: 'announced', policy })));
  }

  function leave(one: Announcement): void {
    refusals.delete(one);
    const destination = destinations.get(one);
    if (destination !== undefined) table.remove(destination);
  }

  return {
    table,
    refused: () => [
      ...Array.from(refusals, ([{ service, pathPrefix, host }, reason]) =>
        refusal(service, pathPrefix, host, reason),
      ),
      ...[...services].flatMap(([name, { instances }]) => refusedByRegistry(name, instances)),
    ],
    *claims() {
      for (const [service, { claims }] of services) for (const claim of claims) yield { service, claim };
    },
    replaceFileRoutes(routes) {
      for (const route of fileRoutes) table.remove(destinationOf(route, () => route));
      fileRoutes = keepUnchanged(fileRoutes, routes);
      verdictOn = createFileObstacles(fileRoutes);
      for (const route of fileRoutes) table.add(destinationOf(route, () => route));
      const before = claimHeaders;
      claimHeaders = claimHeadersOf(fileRoutes);
      for (const [name, service] of services) {
        const isSame = String(before.get(name)) === String(claimHeaders.get(name));
        for (const one of service.routes) {
          leave(one);
          if (!isSame) destinations.delete(one);
          enter(one);
        }
      }
    },
    update(serviceName, instances, claims = NO_CLAIMS) {
      const service = services.get(serviceName) ?? createServiceRoutes(serviceName);
      services.set(serviceName, service);
      const { gone, added } = service.update(instances, claims);
      for (const one of gone) leave(one);
      for (const one of added) enter(one);
      // Any registering process chooses a name, so names that are gone must not pile up.
      if (instances.length === 0 && claims.length === 0) services.delete(serviceName);
    },
  };
}

/** Each route of the file has those of its service. */
function claimHeadersOf(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    routes.flatMap(({ service, policy: { claimHeaders } }) =>
      claimHeaders === undefined ? [] : [[service, claimHeaders]],
    ),
  );
}

/** Each route once, however many instances announce it. */
function refusedByRegistry(service: string, instances: readonly Instance[]): readonly RefusedAnnouncement[] {
  const refused = new Map<string, RefusedAnnouncement>();
  for (const { refused_routes: routes = [] } of instances)
    for (const { path_prefix: pathPrefix, host, reason } of routes)
      refused.set(`${host ?? ''}${pathPrefix}`, refusal(service, pathPrefix, host, reason));
  return [...refused.values()];
}

function refusal(
  service: string,
  pathPrefix: string,
  host: string | undefined,
  reason: string,
): RefusedAnnouncement {
  return { service, pathPrefix, ...(host === undefined ? {} : { host }), reason };
}
