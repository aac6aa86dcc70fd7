import { availableAmong, type OtherCandidate } from '@rollcall/load-balancing';
import type { LoadCounter, LoadMeter } from '@rollcall/registry-client';
import type { PolicyRequest } from '../policies/policy';
import type { RoutePolicies } from '../policies/route-policies';
import { announces } from '../routing/announcement';
import { routeName, type Route } from '../routing/route';
import { hiddenPrefix } from '../routing/upstream-path';
import type { Upstreams } from './upstreams';
import { createInstanceChoice, type ChoiceContext } from './instance-choice';
import type { ServiceUpstreams } from './service-upstreams';
import { trafficUpstreams } from './traffic-upstreams';
import type { Upstream } from './upstream';

/** A route with the upstreams that serve it. Time is milliseconds, monotonic. */
export interface Destination extends Route {
  /** The upstreams of its service; `undefined` while the service is unknown. */
  readonly serviceUpstreams: ServiceUpstreams | undefined;
  /** `undefined` for a route without policies. */
  readonly policies: RoutePolicies | undefined;
  /** Counts its requests as they end for their callers; `undefined` where nobody wants to know. */
  readonly calls: LoadCounter | undefined;
  /** See `hiddenPrefix`. */
  readonly hiddenPrefix: string | undefined;
  /** Every instance that serves this route, in whatever state. */
  members(): readonly Upstream[];
  /** Members that the registry and the operators allow traffic to; a request waits while there are none. */
  candidates(now: number): readonly Upstream[];
  /** Candidates without those that are ejected: see `availableAmong`. Empty only when there are no candidates. */
  available(now: number): readonly Upstream[];
  pick(request: PolicyRequest, now: number): Upstream | undefined;
  /** An upstream that was not tried yet: an available one, else a last resort. */
  pickOther(tried: readonly Upstream[], now: number): OtherPick;
  hasOther(tried: readonly Upstream[], now: number): boolean;
}

export type OtherPick =
  | { readonly kind: Exclude<OtherCandidate, 'none'>; readonly upstream: Upstream }
  | { readonly kind: 'none'; readonly upstream?: undefined };

export interface DestinationOptions {
  readonly route: Route;
  readonly policies?: RoutePolicies | undefined;
  readonly upstreams: Upstreams;
  readonly choosing: ChoiceContext;
  readonly meter?: LoadMeter | undefined;
}

/** The candidates at one moment, kept until the service changes or an ejection ends: a pick costs the same for any number. */
interface Picture {
  readonly serviceUpstreams: ServiceUpstreams | undefined;
  readonly version: number;
  readonly until: number;
  readonly candidates: readonly Upstream[];
  readonly available: readonly Upstream[];
}

export function createDestination(options: DestinationOptions): Destination {
  const { route, policies, upstreams, choosing, meter } = options;
  const choice = createInstanceChoice(route.policy, choosing);
  let picture: Picture = {
    serviceUpstreams: undefined,
    version: -1,
    until: -Infinity,
    candidates: [],
    available: [],
  };

  // Who announces what changes only with the list; an ejection, which is far more frequent, need not ask all of them.
  let listed: readonly Upstream[] = [];
  let announcers: readonly Upstream[] = [];

  function members(): readonly Upstream[] {
    const all = upstreams.of(route.service);
    if (route.source === 'file') return all;
    if (all !== listed) announcers = all.filter(({ instance }) => announces(instance, route));
    listed = all;
    return announcers;
  }

  function pictureAt(now: number): Picture {
    const serviceUpstreams = upstreams.service(route.service);
    if (
      picture.serviceUpstreams !== serviceUpstreams ||
      picture.version !== serviceUpstreams?.version ||
      now >= picture.until
    )
      picture = draw(members(), serviceUpstreams, now);
    return picture;
  }

  return {
    ...route,
    get serviceUpstreams() {
      return upstreams.service(route.service);
    },
    policies,
    calls: meter?.callsOf(route.service, routeName(route)),
    hiddenPrefix: hiddenPrefix(route),
    members,
    candidates: (now) => pictureAt(now).candidates,
    available: (now) => pictureAt(now).available,
    pick: (request, now) => choice.pick(pictureAt(now).available, request, now),
    pickOther(tried, now) {
      const { available, candidates } = pictureAt(now);
      const untried = (list: readonly Upstream[]) => list.filter((upstream) => !tried.includes(upstream));
      const [first] = tried;
      const upstream = choice.pickOther(untried(available), first);
      if (upstream !== undefined) return { kind: 'available', upstream };
      const last = choice.pickOther(untried(candidates), first);
      return last === undefined ? { kind: 'none' } : { kind: 'last-resort', upstream: last };
    },
    hasOther: (tried, now) => pictureAt(now).candidates.some((upstream) => !tried.includes(upstream)),
  };
}

function draw(
  members: readonly Upstream[],
  serviceUpstreams: ServiceUpstreams | undefined,
  now: number,
): Picture {
  const candidates = trafficUpstreams(members, now);
  let until = Infinity;
  for (const upstream of members) {
    const changesAt = upstream.manualEjection(now)?.until ?? upstream.availableAt ?? now;
    if (changesAt > now) until = Math.min(until, changesAt);
  }
  const available = availableAmong(candidates, now);
  return { serviceUpstreams, version: serviceUpstreams?.version ?? -1, until, candidates, available };
}
