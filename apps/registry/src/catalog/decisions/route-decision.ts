import type { AnnouncedRoute, RefusedRoute } from '@rollcall/contracts';
import { namesPath, type RouteRights } from '../../access/route-rights';
import type { ClaimBook } from '../routes/claim-book';
import { isWithin, pathKeyOf, pathName, type PathClaim, type PathKey } from '../routes/path-claim';

export interface RouteBounds {
  /** Paths that one service may hold, and all services together. */
  readonly maxRoutesPerService: number;
  readonly maxRoutes: number;
}

export interface RouteWish {
  readonly serviceName: string;
  readonly routes: readonly AnnouncedRoute[];
  readonly rights: RouteRights;
  readonly epochMs: number;
}

export interface RouteDecision {
  /** What the service is given now; what it holds already is not among them. */
  readonly claims: readonly PathClaim[];
  readonly refused: readonly RefusedRoute[];
}

export type Claims = Pick<ClaimBook, 'at' | 'covering' | 'rivalOf' | 'of' | 'size'>;

/**
 * Which of the announced routes a service is given. A path belongs to the service that was given it first, for as long
 * as the claim stands; the age of instances has no part in it.
 */
export function decideRoutes(claims: Claims, wish: RouteWish, bounds: RouteBounds): RouteDecision {
  const given = new Map<string, PathClaim>();
  const refused = new Map<string, RefusedRoute>();
  for (const route of wish.routes) {
    const key = pathKeyOf(route);
    const name = pathName(key);
    if (given.has(name) || refused.has(name)) continue;
    const verdict = judge(claims, wish, key, given.size, bounds);
    if (verdict === 'held') continue;
    if ('why' in verdict) given.set(name, verdict);
    else {
      const { host } = key;
      refused.set(name, { path_prefix: key.pathPrefix, ...(host === undefined ? {} : { host }), ...verdict });
    }
  }
  return { claims: [...given.values()], refused: [...refused.values()] };
}

type Verdict = 'held' | PathClaim | Pick<RefusedRoute, 'code' | 'reason'>;

function judge(
  claims: Claims,
  { serviceName, rights, epochMs }: RouteWish,
  key: PathKey,
  givenSoFar: number,
  bounds: RouteBounds,
): Verdict {
  const basis = basisOf(claims, serviceName, rights, key);
  if (basis === undefined) return { code: 'not_permitted', reason: notPermitted(serviceName, rights, key) };
  if (claims.at(key)?.serviceName === serviceName) return 'held';
  const named = rights.kind === 'named' ? { named: true as const } : {};
  const rival = claims.rivalOf({ ...key, ...named }, serviceName);
  if (rival !== undefined)
    return {
      code: 'held_by_another',
      reason:
        `${rival.serviceName} holds ${pathName(rival.claim)} since ${new Date(rival.claim.since).toISOString()}. ` +
        'Announce another path; this one becomes free once no instance has announced it for ROUTE_MEMORY_MS.',
    };
  if (claims.of(serviceName).length + givenSoFar >= bounds.maxRoutesPerService)
    return {
      code: 'too_many_routes',
      reason: `${serviceName} holds ${bounds.maxRoutesPerService} paths, the most that one service may hold (MAX_ROUTES_PER_SERVICE).`,
    };
  if (claims.size + givenSoFar >= bounds.maxRoutes)
    return {
      code: 'too_many_routes',
      reason: `All services together hold ${bounds.maxRoutes} paths, the most that this registry allows (MAX_ROUTES).`,
    };
  return { ...key, since: epochMs, why: basis, ...named };
}

/** What entitles the service to the path; `undefined` when nothing does. */
function basisOf(claims: Claims, serviceName: string, rights: RouteRights, key: PathKey): string | undefined {
  switch (rights.kind) {
    case 'any':
      return 'It was the first to announce it.';
    case 'named':
      return namesPath(rights.paths, key) ? 'REGISTRY_TOKENS_FILE names it.' : undefined;
    case 'usual':
      if (key.host === undefined && isWithin(key.pathPrefix, `/${serviceName}`))
        return 'It is the path of the service name.';
      return claims.covering(key, serviceName) && 'It lies inside a path that the service held already.';
  }
}

function notPermitted(serviceName: string, rights: RouteRights, key: PathKey): string {
  const usual = rights.kind === 'usual' ? `, and by default it may announce only /${serviceName}` : '';
  return (
    `Nothing in REGISTRY_TOKENS_FILE gives ${serviceName} the path ${pathName(key)}${usual}. ` +
    `Add "${pathName(key)}" to "routes" of its token, or to "routes" of the file under "${serviceName}".`
  );
}
