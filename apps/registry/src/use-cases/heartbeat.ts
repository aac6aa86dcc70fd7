import type { HeartbeatRequest, HeartbeatResponse } from '@rollcall/contracts';
import { USUAL_RIGHTS, type RouteRights } from '../access/route-rights';
import type { ProposedChange } from '../catalog/changes/change';
import { resolveReference } from '../catalog/decisions/reference';
import { decideRoutesAnew } from '../catalog/decisions/registration-decision';
import type { RouteBounds } from '../catalog/decisions/route-decision';
import type { Entry } from '../catalog/entry';
import { heartbeatIntervalFor, type UsualLease } from '../catalog/heartbeat-interval';
import type { ContestNotes } from '../probing/contest-notes';
import type { ProbeNotes } from '../probing/probe-notes';
import type { ApplyEventDeps } from './apply-event';
import { beat } from './beat';
import { commitDecision } from './commit-decision';
import { warningsOf } from './warnings-of';

export interface HeartbeatDeps extends ApplyEventDeps {
  readonly usualLease: UsualLease;
  readonly routeBounds: RouteBounds;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
}

export type HeartbeatResult =
  | { readonly kind: 'alive'; readonly response: HeartbeatResponse }
  | { readonly kind: 'unknown' }
  /** `epoch` is that of the life which is listed. */
  | { readonly kind: 'other_life'; readonly epoch: number };

/** @param by who says so: a caller's identity, which has the `rights` */
export async function heartbeat(
  deps: HeartbeatDeps,
  request: HeartbeatRequest,
  by: string,
  rights: (serviceName: string) => RouteRights = () => USUAL_RIGHTS,
): Promise<HeartbeatResult> {
  const resolved = resolveReference(deps.catalog, request);
  if (resolved.kind === 'unknown') return resolved;
  const { entry } = resolved;
  const { instanceId, epoch, registration } = entry.record;
  if (resolved.kind === 'other_life') return { kind: 'other_life', epoch };

  await beat(deps, entry, request.status, by);
  if (entry.record.refusedRoutes !== undefined)
    await askAgain(deps, entry, rights(registration.serviceName), by);
  // While the store was busy with it, its time had come.
  if (!deps.catalog.isListed(entry)) return { kind: 'unknown' };
  const { ttlSeconds } = registration;
  const warnings = warningsOf(deps, entry);
  return {
    kind: 'alive',
    response: {
      instance_id: instanceId,
      epoch,
      ttl_seconds: ttlSeconds,
      heartbeat_interval_seconds: heartbeatIntervalFor(ttlSeconds, deps.usualLease),
      last_heartbeat: Math.floor(entry.heardAt / 1000),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

/** What was refused is decided again: the path may have become free, or the token may have been given a right to it. */
async function askAgain(
  { catalog, store, clock, routeBounds, turns }: HeartbeatDeps,
  entry: Entry,
  rights: RouteRights,
  by: string,
): Promise<void> {
  await turns.take(entry, () =>
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
