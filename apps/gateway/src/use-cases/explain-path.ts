import type { OutlierState } from '@rollcall/load-balancing';
import { routeVerdict } from '../proxy/route-verdict';
import { hostsOverlap, routeName } from '../routing/route';
import type { Destination } from '../upstreams/destination';
import type { Fleet } from '../upstreams/fleet';
import type { RouteBook } from '../upstreams/route-book';
import type { Upstream } from '../upstreams/upstream';

export interface ExplainDeps {
  readonly routes: RouteBook;
  readonly fleet: Fleet;
  readonly isSynced: () => boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export interface PathQuery {
  readonly path: string;
  readonly method: string;
  readonly host: string;
}

export interface PathExplanation {
  readonly request: PathQuery;
  /** What would become of such a request now. */
  readonly verdict: 'forwarded' | 'held' | 'not found' | 'method not allowed';
  readonly why: string;
  readonly route?: { readonly name: string; readonly service: string; readonly source: string };
  readonly instances: readonly InstanceExplanation[];
  /** Announcements that would have taken this path, and why they do not. */
  readonly refused_announcements: readonly {
    readonly service: string;
    readonly route: string;
    readonly reason: string;
  }[];
}

export interface InstanceExplanation {
  readonly instance_id: string;
  readonly url: string;
  readonly picked: boolean;
  readonly why: string;
}

/** Which route a request takes, and why each instance of its service is or is not picked. */
export function explainPath(deps: ExplainDeps, query: PathQuery): PathExplanation {
  const { routes, isSynced, now } = deps;
  const verdict = routeVerdict(routes.table.match(query.method, query.host, query.path), isSynced(), now());
  const destination = 'destination' in verdict ? verdict.destination : undefined;
  const rest = {
    request: query,
    ...(destination && {
      route: { name: routeName(destination), service: destination.service, source: destination.source },
    }),
    instances: destination ? instancesOf(deps, destination) : [],
    refused_announcements: refusalsFor(routes, query),
  };
  switch (verdict.kind) {
    case 'go':
      return { ...rest, verdict: 'forwarded', why: 'the longest prefix that takes the method and the host' };
    case 'hold':
      return {
        ...rest,
        verdict: 'held',
        why:
          verdict.otherwise === 'NO_INSTANCE'
            ? 'the route is known, and no instance may get traffic'
            : 'this gateway has not heard from the registry yet',
      };
    case 'no-route':
      return { ...rest, verdict: 'not found', why: 'no route has a prefix of this path' };
    case 'wrong-method':
      return { ...rest, verdict: 'method not allowed', why: `routed for ${verdict.allow.join(', ')} only` };
  }
}

function instancesOf({ fleet, now }: ExplainDeps, destination: Destination): readonly InstanceExplanation[] {
  const at = now();
  const members = new Set(destination.members());
  const candidates = new Set(destination.candidates(at));
  const available = new Set(destination.available(at));
  return fleet.of(destination.service).map((upstream) => {
    const obstacle = obstacleOf(upstream, { members, candidates, available, at });
    return {
      instance_id: upstream.id,
      url: upstream.instance.url,
      picked: obstacle === undefined,
      why: obstacle ?? describe(upstream.outlierState, at),
    };
  });
}

function obstacleOf(
  upstream: Upstream,
  seen: {
    members: ReadonlySet<Upstream>;
    candidates: ReadonlySet<Upstream>;
    available: ReadonlySet<Upstream>;
    at: number;
  },
): string | undefined {
  const { status, reason } = upstream.instance;
  if (!seen.members.has(upstream)) return 'it does not announce this route';
  const byHand = upstream.manualEjection(seen.at);
  if (byHand !== undefined) return `ejected by hand: ${byHand.reason}`;
  if (!seen.candidates.has(upstream))
    return status === 'suspect'
      ? 'it is suspect, and others are up'
      : `it is ${status}${reason === undefined ? '' : `: ${reason}`}`;
  if (!seen.available.has(upstream)) return describe(upstream.outlierState, seen.at);
  return undefined;
}

function describe(state: OutlierState, now: number): string {
  switch (state.status) {
    case 'healthy':
      return 'it may get traffic';
    case 'ejected':
      return `${state.outcome} ${times(state.times)}; tried again in ${Math.max(0, Math.round(state.until - now))} ms`;
    case 'trial':
      return `${state.outcome} ${times(state.times)}; being tried now`;
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times in a row`;
}

function refusalsFor(routes: RouteBook, { path, host }: PathQuery) {
  return routes.refused
    .filter(({ announcement }) => {
      const { pathPrefix } = announcement;
      const inside = pathPrefix === '/' || path === pathPrefix || path.startsWith(`${pathPrefix}/`);
      return inside && hostsOverlap(announcement, host === '' ? { pathPrefix } : { pathPrefix, host });
    })
    .map(({ announcement, reason }) => ({
      service: announcement.service,
      route: routeName(announcement),
      reason,
    }));
}
