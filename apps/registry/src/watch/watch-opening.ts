import type { WatchHello, WatchSynced } from '@rollcall/contracts';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { ServiceSnapshot } from '../catalog/roster';
import { toRouteClaim } from '../catalog/routes/path-claim';
import { eventFrame, withId } from './event-frame';
import type { EventIds } from './event-id';
import type { PublishedChange } from './published-change';
import { inPieces, joined, slicesOf } from './text-pieces';

/**
 * The first events of a stream that begins anew: everything as it was at one revision. Written as the reader
 * reads, so it is taken apart into text piece by piece; the snapshots are immutable, so it stays one revision.
 */
export function* openingWithSnapshots(
  hello: Omit<WatchHello, 'resumed'>,
  snapshots: readonly ServiceSnapshot[],
  synced: WatchSynced,
  ids: EventIds,
  textOf: (record: InstanceRecord) => string,
): Generator<string, void> {
  yield eventFrame({ type: 'hello', data: { ...hello, resumed: false } });
  yield* additionWithSnapshots(snapshots, synced, ids, textOf);
}

/** The events of services that a stream begins to follow later on. */
export function* additionWithSnapshots(
  snapshots: readonly ServiceSnapshot[],
  synced: WatchSynced,
  ids: EventIds,
  textOf: (record: InstanceRecord) => string,
): Generator<string, void> {
  yield* inPieces(snapshotFrames(snapshots, textOf));
  yield syncedFrame(synced, ids);
}

/** Each a `WatchSnapshot`: each instance is serialised once for all streams. */
function* snapshotFrames(
  snapshots: readonly ServiceSnapshot[],
  textOf: (record: InstanceRecord) => string,
): Generator<string, void> {
  for (const { serviceName, revision, records, claims } of snapshots) {
    const beginning = JSON.stringify({
      service_name: serviceName,
      revision,
      ...(claims.length > 0 && { claims: claims.map(toRouteClaim) }),
    });
    yield `event: snapshot\ndata: ${beginning.slice(0, -1)},"instances":[`;
    yield* joined(records, textOf);
    yield ']}\n\n';
  }
}

/** The first events of a stream that goes on where it broke off. */
export function* openingWithMissed(
  hello: Omit<WatchHello, 'resumed'>,
  missed: readonly PublishedChange[],
  synced: WatchSynced,
  ids: EventIds,
  before: (change: PublishedChange) => string,
): Generator<string, void> {
  yield eventFrame({ type: 'hello', data: { ...hello, resumed: true } });
  yield* inPieces(missedFrames(missed, ids, before));
  yield syncedFrame(synced, ids);
}

function* missedFrames(
  missed: readonly PublishedChange[],
  ids: EventIds,
  before: (change: PublishedChange) => string,
): Generator<string, void> {
  for (const change of missed)
    yield* slicesOf(before(change) + withId(ids.of(change.revision), change.frame));
}

/** The first event of a fresh stream to have an id: a reader who loses it sooner has nothing to go on from. */
function syncedFrame(synced: WatchSynced, ids: EventIds): string {
  return withId(ids.of(synced.revision), eventFrame({ type: 'synced', data: synced }));
}
