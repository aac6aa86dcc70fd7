import { eventually } from '@rollcall/testing';
import type { Change, EtcdClient, EtcdError, Watch, WatchLoss, WatchOptions } from '../../src';

/** A watch with everything that it told. */
export interface WatchRecord {
  readonly watch: Watch;
  readonly changes: readonly Change[];
  readonly interruptions: readonly EtcdError[];
  /** For each interruption, how many changes had been told before it. */
  readonly toldBefore: readonly number[];
  /** How often it stood. */
  readonly followed: number;
  readonly losses: readonly WatchLoss[];
  /** Keys as they were told, in order. */
  keys(): readonly string[];
}

export function recordWatch(client: EtcdClient, options: WatchOptions): WatchRecord {
  const changes: Change[] = [];
  const interruptions: EtcdError[] = [];
  const toldBefore: number[] = [];
  const losses: WatchLoss[] = [];
  let followed = 0;
  const watch = client.watch(options, {
    changed: (change) => changes.push(change),
    following: () => (followed += 1),
    interrupted(fault) {
      interruptions.push(fault);
      toldBefore.push(changes.length);
    },
    lost: (loss) => losses.push(loss),
  });
  return {
    watch,
    changes,
    interruptions,
    toldBefore,
    losses,
    get followed() {
      return followed;
    },
    keys: () =>
      changes.flatMap(({ events }) =>
        events.map((event) => (event.kind === 'put' ? event.keyValue.key : event.key)),
      ),
  };
}

/**
 * Waits until a watch has got to where the store is, and compares: every write of the store was told once, at its own
 * revision and in rising order.
 *
 * @param reader another client than that of the watch, or its faults would be both sides of the comparison
 */
export async function expectNoGapAndNoDuplicate(
  record: WatchRecord,
  { reader, prefix }: { readonly reader: EtcdClient; readonly prefix: string },
): Promise<void> {
  const { keyValues } = await eventually(() => reader.list({ prefix }), { timeoutMs: 15_000 });
  const stored = keyValues.map(({ key, modRevision }) => `${modRevision} ${key}`);
  await eventually(() => record.keys().length >= stored.length, { timeoutMs: 15_000 });

  const told = record.changes.flatMap(({ revision, events }) =>
    events.map((event) => `${revision} ${event.kind === 'put' ? event.keyValue.key : event.key}`),
  );
  expect([...told].sort()).toEqual([...stored].sort());
  const revisions = record.changes.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
}
