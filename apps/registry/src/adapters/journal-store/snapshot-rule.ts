import type { StoreDescription } from '../../ports/catalog-store';

/** When the journals are long enough to be replaced by a snapshot. Counts what this process has written. */
export interface SnapshotRule {
  /** @param written bytes that this process has written to journals */
  isDue(written: number): boolean;
  /** A snapshot of that size contains everything that was written by then. */
  taken(snapshotBytes: number, written: number): void;
  failed(written: number): void;
  /** How long the journals are now, and the rest of it. Bytes. */
  sizes(written: number): Omit<StoreDescription, 'kind'>;
}

/**
 * Shorter journals than this are kept as they are. Too low: snapshots are written all the time. Too high: a start
 * reads that much more (and more watchers that were disconnected can resume after a restart).
 */
export const SHORT_JOURNALS_BYTES = 8 * 1024 * 1024;
/** Each start of a process leaves a journal. */
const MANY_JOURNALS = 50;

/**
 * Due when the journals are longer than the last snapshot: then no byte is written more than about twice,
 * a start reads no more than about twice the catalog, and the folder holds about three times of it.
 */
export function createSnapshotRule(found: {
  readonly journals: { readonly count: number; readonly bytes: number };
  readonly snapshotBytes: number;
  readonly shortBytes?: number | undefined;
}): SnapshotRule {
  const { shortBytes = SHORT_JOURNALS_BYTES } = found;
  const limitAfter = (snapshotBytes: number): number => Math.max(shortBytes, snapshotBytes);
  let { snapshotBytes } = found;
  /** Journals begin there: what was written before it is in the snapshot. */
  let covered = -found.journals.bytes;
  let dueAt =
    found.journals.count > MANY_JOURNALS ? 0 : limitAfter(found.snapshotBytes) - found.journals.bytes;

  return {
    isDue: (written) => written >= dueAt,
    taken(bytes, written) {
      snapshotBytes = bytes;
      covered = written;
      dueAt = written + limitAfter(bytes);
    },
    failed(written) {
      dueAt = written + shortBytes;
    },
    sizes: (written) => ({
      journalBytes: written - covered,
      snapshotBytes,
      snapshotDueBytes: Math.max(0, dueAt - covered),
    }),
  };
}
