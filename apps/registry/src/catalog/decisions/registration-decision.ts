import { isDeepStrictEqual } from 'node:util';
import type { RefusedRoute } from '@rollcall/contracts';
import type { RouteRights } from '../../access/route-rights';
import type { Catalog } from '../catalog';
import type { Note, ProposedChange, ProposedRecord } from '../changes/change';
import type { Entry } from '../entry';
import { sameRegistration, type Registration } from '../instance/registration';
import type { Condition } from '../instance/standing';
import { followingOverride, overrideFor, type KeptOverride } from '../overrides/kept-override';
import { pathKeyOf, pathName } from '../routes/path-claim';
import { decideRoutes, type RouteBounds, type RouteDecision } from './route-decision';

/** A process that asks to be listed. */
export interface Newcomer {
  readonly registration: Registration;
  /** Chosen by the process; generated if it has none. */
  readonly instanceId: string | undefined;
  readonly status: 'up' | 'starting' | undefined;
}

export type RegistrationDecision =
  /** The identical live registration stands: this counts as its heartbeat. */
  | { readonly kind: 'stands'; readonly entry: Entry; readonly change?: ProposedChange | undefined }
  | { readonly kind: 'lists'; readonly instanceId: string; readonly change: ProposedChange }
  | ({ readonly kind: 'full' } & LimitReached);

/** The limit because of which no further instance is listed. */
export interface LimitReached {
  readonly of: 'instances' | 'services';
  readonly bound: number;
  /** `full`: the limit is reached for all. Otherwise the caller has its fair share of it. */
  readonly over: 'full' | 'identity' | 'address' | 'service';
}

export interface RouteOptions {
  readonly routeBounds: RouteBounds;
  /** The identity of the caller. */
  readonly by: string;
  /** Paths that it may announce. */
  readonly rights: RouteRights;
  readonly epochMs: number;
}

export interface RegistrationOptions extends RouteOptions {
  /** The limit that another instance of the service would exceed, if any. */
  readonly limitReached: (serviceName: string) => LimitReached | undefined;
  readonly newId: () => string;
}

/**
 * Decides on a registration. Within a service an address has one instance, and so has an id: an instance at the newcomer's
 * address under another id, or with its id at another address, is superseded.
 */
export function decideRegistration(
  catalog: Catalog,
  newcomer: Newcomer,
  options: RegistrationOptions,
): RegistrationDecision {
  const { registration, instanceId: claimedId } = newcomer;
  const { serviceName, url } = registration;

  const namesake = claimedId === undefined ? undefined : catalog.entry(serviceName, claimedId);
  const occupant = catalog.entryAt(serviceName, url);
  if (occupant !== undefined && stands(occupant, newcomer))
    return { kind: 'stands', entry: occupant, change: decideRoutesAnew(catalog, occupant, options) };

  const superseded = [...new Set([occupant, namesake])].filter((entry) => entry !== undefined);
  if (superseded.length === 0) {
    const limitReached = options.limitReached(serviceName);
    if (limitReached !== undefined) return { kind: 'full', ...limitReached };
  }

  const instanceId = claimedId ?? options.newId();
  const { epochMs, rights, routeBounds } = options;
  const wish = { serviceName, routes: registration.routes, rights, epochMs };
  const routes = decideRoutes(catalog.claims, wish, routeBounds);
  const overrides = catalog.overrides.of(serviceName);
  const change = listing({ ...newcomer, instanceId }, superseded, { routes, overrides }, options);
  return { kind: 'lists', instanceId, change };
}

/** What has changed, since the instance registered, of which routes its service is given; `undefined` when nothing has. */
export function decideRoutesAnew(
  catalog: Pick<Catalog, 'claims'>,
  { record }: Entry,
  { routeBounds, rights, epochMs, by: actor }: RouteOptions,
): ProposedChange | undefined {
  const { instanceId, registration, refusedRoutes: before = [] } = record;
  const { serviceName, routes, url } = registration;
  const { claims, refused } = decideRoutes(
    catalog.claims,
    { serviceName, routes, rights, epochMs },
    routeBounds,
  );
  if (claims.length === 0 && isDeepStrictEqual(refused, before)) return undefined;
  const { refusedRoutes: _before, ...rest } = record;
  const were = new Set(before.map((route) => pathName(pathKeyOf(route))));
  const newlyRefused = refused.filter((route) => !were.has(pathName(pathKeyOf(route))));
  const given = claims.map(pathName).join(', ');
  return {
    serviceName,
    at: epochMs,
    put: [{ ...rest, ...(refused.length > 0 && { refusedRoutes: refused }) }],
    remove: [],
    ...(claims.length > 0 && { claims }),
    notes: [
      ...(claims.length === 0
        ? []
        : [
            {
              type: 'routes_changed' as const,
              instanceId,
              url,
              actor,
              reason: `${serviceName} is given ${given}`,
            },
          ]),
      ...newlyRefused.map((route) => refusalNote(route, instanceId, url, actor)),
    ],
  };
}

function refusalNote(route: RefusedRoute, instanceId: string, url: string, actor: string): Note {
  const reason = `${pathName(pathKeyOf(route))}: ${route.reason}`;
  return { type: 'route_refused', instanceId, url, actor, reason };
}

/** Whether the registration is the one that is listed already, and not a new incarnation at the same address. */
function stands({ record }: Entry, { registration, instanceId, status }: Newcomer): boolean {
  const { condition } = record.standing;
  return (
    (instanceId === undefined || instanceId === record.instanceId) &&
    sameRegistration(record.registration, registration) &&
    // A draining process never registers again, so this is a new one; and a process that was up is not starting any more.
    condition.status !== 'draining' &&
    (status !== 'starting' || wasStarting(condition))
  );
}

function wasStarting(condition: Condition): boolean {
  return condition.status === 'suspect' ? condition.before === 'starting' : condition.status === 'starting';
}

function listing(
  { registration, instanceId, status = 'up' }: Newcomer & { readonly instanceId: string },
  superseded: readonly Entry[],
  { routes, overrides }: { readonly routes: RouteDecision; readonly overrides: readonly KeptOverride[] },
  { epochMs, by: actor }: RegistrationOptions,
): ProposedChange {
  const { claims, refused } = routes;
  const name = { instanceId, url: registration.url };
  const kept = overrideFor(overrides, name);
  const record: ProposedRecord = {
    instanceId,
    registration,
    ...(refused.length > 0 && { refusedRoutes: refused }),
    // An operator took this address or this instance out; that it registers anew does not put it back.
    standing: { condition: { status }, ...(kept === undefined ? {} : { override: kept.override }) },
    registeredAt: epochMs,
    epoch: 'begins',
  };
  return {
    serviceName: registration.serviceName,
    at: epochMs,
    put: [record],
    ...(claims.length > 0 && { claims }),
    ...(kept !== undefined && { overrides: followingOverride(overrides, name) }),
    remove: superseded.map((old) => old.record.instanceId).filter((id) => id !== instanceId),
    notes: [
      ...superseded.map((old) => ({
        type: 'replaced' as const,
        instanceId: old.record.instanceId,
        url: old.record.registration.url,
        actor,
        reason: 'replaced',
      })),
      { type: 'registered', instanceId, url: registration.url, actor, reason: `registered as ${status}` },
      ...refused.map((route) => refusalNote(route, instanceId, registration.url, actor)),
    ],
  };
}
