import type { Instance, WatchHello, WatchSynced } from '@rollcall/contracts';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { ServiceSnapshot } from '../catalog/roster';
import { eventFrame, withId } from './event-frame';
import type { EventIds } from './event-id';
import type { PublishedChange } from './published-change';

/**
 * The first events of a stream that begins anew: everything as it was at one revision. Written as the reader
 * reads, so it is taken apart into text piece by piece; the snapshots are immutable, so it stays one revision.
 */
export function* openingWithSnapshots(
  hello: Omit<WatchHello, 'resumed'>,
  snapshots: readonly ServiceSnapshot[],
  synced: WatchSynced,
  ids: EventIds,
  toWire: (record: InstanceRecord) => Instance,
): Generator<string, void> {
  yield eventFrame({ type: 'hello', data: { ...hello, resumed: false } });
  for (const { serviceName, revision, records } of snapshots)
    yield eventFrame({
      type: 'snapshot',
      data: { service_name: serviceName, revision, instances: records.map(toWire) },
    });
  yield syncedFrame(synced, ids);
}

/** The first events of a stream that goes on where it broke off. */
export function* openingWithMissed(
  hello: Omit<WatchHello, 'resumed'>,
  missed: readonly PublishedChange[],
  synced: WatchSynced,
  ids: EventIds,
): Generator<string, void> {
  yield eventFrame({ type: 'hello', data: { ...hello, resumed: true } });
  for (const { revision, frame } of missed) yield withId(ids.of(revision), frame);
  yield syncedFrame(synced, ids);
}

/** The first event of a fresh stream to have an id: a reader who loses it sooner has nothing to go on from. */
function syncedFrame(synced: WatchSynced, ids: EventIds): string {
  return withId(ids.of(synced.revision), eventFrame({ type: 'synced', data: synced }));
}
