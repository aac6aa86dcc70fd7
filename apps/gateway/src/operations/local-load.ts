import type { LoadEjection } from '@rollcall/contracts';
import type { LoadMeter, LoadSource } from '@rollcall/registry-client';
import type { Destination } from '../upstreams/destination';
import type { RoutesInForce } from '../upstreams/routes-in-force';
import type { Upstream } from '../upstreams/upstream';
import type { Upstreams } from '../upstreams/upstreams';
import { describeRouting } from './operator-views';
import { digestOfAll, routeDigest } from './routes-digest';

export interface LocalLoadOptions {
  readonly meter: LoadMeter;
  readonly upstreams: Pick<Upstreams, 'serviceNames' | 'of'>;
  readonly routes: Pick<RoutesInForce, 'table'>;
  /** By service: requests that wait for an instance. */
  readonly held: () => Readonly<Record<string, number>>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** What the data path of this process has sent to whom, with what it does not pick and what it holds. */
export function createLocalLoad({ meter, upstreams, routes, held, now }: LocalLoadOptions): LoadSource {
  const digestOfRoutes = createRouteDigests();

  function ejected(): readonly LoadEjection[] {
    const at = now();
    return upstreams
      .serviceNames()
      .flatMap((service) => upstreams.of(service))
      .flatMap((upstream) => ejectionOf(upstream, at) ?? []);
  }

  return {
    count: (isWanted) => meter.count(isWanted),
    take: () => ({
      ...meter.take(),
      held: held(),
      ejected: ejected(),
      routes_digest: digestOfRoutes(routes.table.routes),
    }),
  };
}

function ejectionOf(upstream: Upstream, now: number): LoadEjection | undefined {
  const { instance, outlierState: state, availableAt = now } = upstream;
  const { service_name, instance_id } = instance;
  const byHand = upstream.manualEjection(now);
  if (byHand !== undefined) {
    const for_ms = byHand.until === Infinity ? null : Math.round(byHand.until - now);
    return { service_name, instance_id, cause: 'by_hand', outcome: byHand.reason, for_ms };
  }
  if (state.status === 'healthy') return undefined;
  const for_ms = Math.max(0, Math.round(availableAt - now));
  return { service_name, instance_id, cause: state.cause, outcome: state.outcome, for_ms };
}

/** The digest of each route is kept, as it is asked for every two seconds and more. */
function createRouteDigests(): (routes: readonly Destination[]) => string {
  const known = new WeakMap<Destination, bigint>();

  function digestOf(route: Destination): bigint {
    const before = known.get(route);
    if (before !== undefined) return before;
    const digest = routeDigest(describeRouting(route));
    known.set(route, digest);
    return digest;
  }

  return (routes) => digestOfAll(routes.map(digestOf));
}
