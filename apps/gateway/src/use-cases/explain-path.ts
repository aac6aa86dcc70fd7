import type {
  ClaimExplanation,
  PathExplanation,
  PathQuery,
  RefusalExplanation,
  RouteExplanation,
} from '@rollcall/contracts';
import { gatewayError } from '../errors';
import { describePolicies } from '../policies/describe-policies';
import { routeVerdict } from '../upstreams/route-verdict';
import { explainCanary } from '../routing/canary';
import { matchTarget } from '../routing/match-target';
import { parseRequestTarget, type RequestTarget } from '../routing/request-target';
import { isReservedPath } from '../routing/reserved-paths';
import { routeName } from '../routing/route';
import type { Destination } from '../upstreams/destination';
import type { Upstreams } from '../upstreams/upstreams';
import type { RoutesInForce } from '../upstreams/routes-in-force';
import { explainInstances } from './explain-instance';

export interface ExplainDeps {
  readonly routes: RoutesInForce;
  readonly upstreams: Upstreams;
  readonly isSynced: () => boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Which route a request takes, what is done with it, and why each instance of its service is or is not picked. */
export function explainPath(deps: ExplainDeps, query: PathQuery): PathExplanation {
  const { routes, upstreams, isSynced, now } = deps;
  const at = now();
  const target = parseRequestTarget(query.path, query.host);
  if ('fault' in target)
    return {
      request: query,
      verdict: 'refused',
      why: target.fault,
      instances: [],
      claims: [],
      refused_announcements: [],
    };
  if (isReservedPath(target.path))
    return {
      request: query,
      verdict: 'answered here',
      why: 'reserved path: the gateway answers it itself, and no route takes it, not even one for /',
      instances: [],
      claims: [],
      refused_announcements: [],
    };
  const verdict = routeVerdict(matchTarget(routes.table, query.method, target), isSynced(), at);
  const destination = 'destination' in verdict ? verdict.destination : undefined;
  const rest = {
    request: query,
    ...(destination && { route: explainRoute(destination, query.canary) }),
    instances: destination
      ? explainInstances(destination, upstreams.of(destination.service), query.canary, at)
      : [],
    claims: claimsOn(routes, target),
    refused_announcements: refusalsFor(routes, target),
  };
  switch (verdict.kind) {
    case 'go':
      return isAtLimit(verdict.destination)
        ? {
            ...rest,
            verdict: 'rejected',
            why: 'the service is at its limit of requests in flight (max_in_flight)',
          }
        : {
            ...rest,
            verdict: 'forwarded',
            why: 'the route with the longest prefix for this host and method',
          };
    case 'hold':
      return {
        ...rest,
        verdict: 'held',
        why:
          verdict.otherwise === 'NO_INSTANCE'
            ? 'the route exists, but no instance of its service is available'
            : 'this gateway has not received the routes from the registry yet',
      };
    case 'ambiguous':
      return { ...rest, verdict: 'refused', why: gatewayError('AMBIGUOUS_PATH').message };
    case 'no-route':
      return { ...rest, verdict: 'not found', why: 'no route matches this path' };
    case 'wrong-method':
      return {
        ...rest,
        verdict: 'method not allowed',
        why: `the routes of this path accept ${verdict.allow.join(', ')} only`,
      };
  }
}

function explainRoute(destination: Destination, canaryValue: string | undefined): RouteExplanation {
  const { service, source, policy, policiesOf, serviceUpstreams } = destination;
  return {
    name: routeName(destination),
    service,
    source,
    ...(policiesOf !== undefined && { policies_of: policiesOf }),
    picker: policy.picker,
    policies: describePolicies(destination),
    in_flight: serviceUpstreams?.inFlight ?? 0,
    max_in_flight: policy.maxInFlight ?? null,
    ...(policy.canary && { canary: explainCanary(policy.canary, canaryValue) }),
  };
}

function isAtLimit({ serviceUpstreams, policy }: Destination): boolean {
  return serviceUpstreams !== undefined && serviceUpstreams.inFlight >= (policy.maxInFlight ?? Infinity);
}

function claimsOn(routes: RoutesInForce, target: RequestTarget): readonly ClaimExplanation[] {
  return Array.from(routes.claims())
    .filter(({ claim: { path_prefix: pathPrefix, host } }) => concerns(target, pathPrefix, host))
    .sort((one, other) => other.claim.path_prefix.length - one.claim.path_prefix.length)
    .map(({ service, claim: { path_prefix: prefix, host = '', since, unannounced_since: left, why } }) => ({
      service,
      route: host + prefix,
      since,
      ...(left === undefined ? {} : { unannounced_since: left }),
      why,
    }));
}

function refusalsFor(routes: RoutesInForce, target: RequestTarget): readonly RefusalExplanation[] {
  return routes
    .refused()
    .filter(({ pathPrefix, host }) => concerns(target, pathPrefix, host))
    .map((one) => ({ service: one.service, route: routeName(one), reason: one.reason }));
}

function concerns({ path, host }: RequestTarget, pathPrefix: string, ofHost: string | undefined): boolean {
  const isInside = pathPrefix === '/' || path === pathPrefix || path.startsWith(`${pathPrefix}/`);
  return isInside && (ofHost === undefined || host === '' || ofHost === host);
}
