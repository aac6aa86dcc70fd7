import type { HeartbeatRequest, HeartbeatResponse } from '@rollcall/contracts';
import { resolveReference } from '../catalog/decisions/reference';
import { heartbeatIntervalFor, type UsualLease } from '../catalog/heartbeat-interval';
import type { ProbeNotes } from '../probing/probe-notes';
import type { ApplyEventDeps } from './apply-event';
import { beat } from './beat';
import { warningsOf } from './warnings-of';

export interface HeartbeatDeps extends ApplyEventDeps {
  readonly usualLease: UsualLease;
  readonly probeNotes: ProbeNotes;
}

export type HeartbeatResult =
  | { readonly kind: 'alive'; readonly response: HeartbeatResponse }
  | { readonly kind: 'unknown' }
  /** `epoch` is that of the life which is listed. */
  | { readonly kind: 'other_life'; readonly epoch: number };

/** @param by who says so: a caller's identity */
export async function heartbeat(
  deps: HeartbeatDeps,
  request: HeartbeatRequest,
  by: string,
): Promise<HeartbeatResult> {
  const resolved = resolveReference(deps.catalog, request);
  if (resolved.kind === 'unknown') return resolved;
  const { entry } = resolved;
  const { instanceId, epoch, registration } = entry.record;
  if (resolved.kind === 'other_life') return { kind: 'other_life', epoch };

  await beat(deps, entry, request.status, by);
  // While the store was busy with it, its time had come.
  if (deps.catalog.entry(instanceId) !== entry) return { kind: 'unknown' };
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
