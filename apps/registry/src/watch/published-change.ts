import type { CatalogEvent, Instance } from '@rollcall/contracts';
import type { AppliedChange } from '../catalog/changes/change';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { toRouteClaim } from '../catalog/routes/path-claim';
import { isDraining } from './draining-services';
import { eventFrame } from './event-frame';

/** A change as readers get it, serialised once for all of them. */
export interface PublishedChange {
  readonly revision: number;
  readonly serviceName: string;
  /** The `delta` event without its id. */
  readonly frame: string;
  readonly bytes: number;
  /** The history's events of it. */
  readonly events: readonly CatalogEvent[];
}

export function publishedChange(
  { serviceName, prevRevision, revision, put, remove, claimsNow }: AppliedChange,
  toWire: (record: InstanceRecord) => Instance,
  events: readonly CatalogEvent[],
): PublishedChange {
  const frame = eventFrame({
    type: 'delta',
    data: {
      service_name: serviceName,
      prev_revision: prevRevision,
      revision,
      upserted: put.map(toWire),
      removed: remove,
      ...(claimsNow === undefined ? {} : { claims: claimsNow.map(toRouteClaim) }),
      ...(put.some(isDraining) ? { ack: true } : {}),
    },
  });
  return { revision, serviceName, frame, bytes: frame.length, events };
}
