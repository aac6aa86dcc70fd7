import type { Clock } from '../../ports/clock';
import { FORMAT, type CatalogIdentity } from './file-header';
import { snapshotName } from './file-names';
import type { Folder } from './folder';
import type { JournalEvent } from './journal-event';
import type { JournalWriter } from './journal-writer';
import type { KeptCatalog } from './kept-catalog';
import { writeSnapshot } from './snapshot-file';
import type { SnapshotRule } from './snapshot-rule';
import { removeSuperseded } from './superseded-files';

/** Replaces the journals by a snapshot when they have grown too long. */
export interface Snapshotter {
  /**
   * Called when no write is in progress and the kept catalog has all changes. If a snapshot is due, begins a new journal
   * and writes the snapshot concurrently.
   */
  takeIfDue(): Promise<void>;
  /** Aborts a snapshot in progress. Idempotent. */
  stop(): Promise<void>;
}

export interface SnapshotterOptions {
  readonly folder: Folder;
  readonly identity: CatalogIdentity;
  /** Whether the folder has its mark. */
  readonly marked: boolean;
  readonly kept: KeptCatalog;
  readonly writer: JournalWriter;
  readonly rule: SnapshotRule;
  readonly clock: Clock;
  readonly onEvent: (event: JournalEvent) => void;
}

export function createSnapshotter(options: SnapshotterOptions): Snapshotter {
  const { folder, identity, marked, kept, writer, rule, clock, onEvent } = options;
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;

  return {
    async takeIfDue() {
      if (underWay !== undefined || stopping.signal.aborted || !rule.isDue(writer.written)) return;
      const writtenBefore = writer.written;
      try {
        const number = await writer.roll();
        underWay = take(number, writtenBefore).finally(() => (underWay = undefined));
      } catch (error) {
        failed(error);
      }
    },
    async stop() {
      stopping.abort();
      await underWay;
    },
  };

  async function take(number: number, writtenBefore: number): Promise<void> {
    const startedAt = clock.moment().now;
    // Before the first await: the next change belongs to the new journal.
    const content = {
      header: { format: FORMAT, ...identity, revision: kept.revision, ...(marked && { marked }) },
      services: kept.services(),
    } as const;
    try {
      const bytes = await writeSnapshot(folder, snapshotName(number), content, stopping.signal);
      rule.taken(bytes, writtenBefore);
      await removeSuperseded(folder, number);
      onEvent({ type: 'snapshot_written', bytes, tookMs: clock.moment().now - startedAt });
    } catch (error) {
      if (!stopping.signal.aborted) failed(error);
    }
  }

  function failed(error: unknown): void {
    rule.failed(writer.written);
    onEvent({ type: 'snapshot_failed', error });
  }
}
