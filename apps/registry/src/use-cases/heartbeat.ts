import type { HeartbeatResponse } from '@rollcall/contracts';
import { USUAL_RIGHTS, type RouteRights } from '../access/route-rights';
import type { ProposedChange } from '../catalog/changes/change';
import { decideRoutesAnew } from '../catalog/decisions/registration-decision';
import type { RouteBounds } from '../catalog/decisions/route-decision';
import type { Entry } from '../catalog/entry';
import { heartbeatIntervalFor, type UsualLease } from '../catalog/heartbeat-interval';
import { registryDetached } from '../errors';
import type { ContestNotes } from '../probing/contest-notes';
import type { ProbeNotes } from '../probing/probe-notes';
import { applyEvent, type ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';
import { warningsOf } from './warnings-of';
import { epochSeconds } from '../catalog/moment';

export interface HeartbeatDeps extends ApplyEventDeps {
  readonly usualLease: UsualLease;
  readonly routeBounds: RouteBounds;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
}

/**
 * Renews the lease of an instance, and tries once more to give it the routes that were refused.
 *
 * @param by a caller's identity, which has the `rights`
 * @returns `undefined` when the instance left the list while the store was busy
 */
export async function heartbeat(
  deps: HeartbeatDeps,
  entry: Entry,
  status: 'up' | 'starting' | undefined,
  by: string,
  rights: (serviceName: string) => RouteRights = () => USUAL_RIGHTS,
): Promise<HeartbeatResponse | undefined> {
  const { instanceId, epoch, registration } = entry.record;
  await renewLease(deps, entry, status, by);
  if (entry.record.refusedRoutes !== undefined)
    await retryRefusedRoutes(deps, entry, rights(registration.serviceName), by);
  if (!deps.catalog.isListed(entry)) return undefined;
  const { ttlSeconds } = registration;
  const warnings = warningsOf(deps, entry);
  return {
    instance_id: instanceId,
    epoch,
    ttl_seconds: ttlSeconds,
    heartbeat_interval_seconds: heartbeatIntervalFor(ttlSeconds, deps.usualLease),
    last_heartbeat: epochSeconds(entry.heardAt),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/**
 * Renews the lease of an instance that has sent a heartbeat, or has registered once more as what it is.
 *
 * @param by a caller's identity
 * @throws AppError 503 `REGISTRY_DETACHED`
 */
export async function renewLease(
  deps: ApplyEventDeps,
  entry: Entry,
  status: 'up' | 'starting' | undefined,
  by: string,
): Promise<void> {
  // The others count this replica as gone, and would not learn of it.
  if (deps.store.status === 'detached') throw registryDetached();
  // Before anything is waited for: the lease must not end while a store is slow.
  const moment = deps.clock.moment();
  deps.catalog.heard(entry, moment);
  deps.replicas.heard(entry, moment.now);
  await applyEvent(deps, entry, { type: 'heartbeat', ...(status === undefined ? {} : { status }) }, by);
}

/** The path may have become free, or the token may have been given a right to it. */
async function retryRefusedRoutes(
  { catalog, store, clock, routeBounds, queue }: HeartbeatDeps,
  entry: Entry,
  rights: RouteRights,
  by: string,
): Promise<void> {
  await queue.run(entry, () =>
    commitDecision<{ readonly change?: ProposedChange | undefined }>(store, () =>
      catalog.isListed(entry)
        ? {
            change: decideRoutesAnew(catalog, entry, {
              routeBounds,
              rights,
              epochMs: clock.moment().epochMs,
              by,
            }),
          }
        : {},
    ),
  );
}
