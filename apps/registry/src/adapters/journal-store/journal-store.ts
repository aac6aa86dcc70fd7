import { AppError } from '@rollcall/service-kit';
import { committed, type CommittedChange, type ProposedChange } from '../../catalog/changes/change';
import type { StoredCatalog } from '../../catalog/stored-catalog';
import { storeLost, storeOverloaded, storeUnavailable } from '../../errors';
import type { CatalogStore, CommitResult, StoreFollower } from '../../ports/catalog-store';
import type { Clock } from '../../ports/clock';
import { createChangesUnderWay } from '../changes-under-way';
import { createWriteHealth } from '../write-health';
import { changeLine, MAX_RECORDS_PER_CHANGE } from './change-line';
import { dataFolderTaken, dataFolderUnusable } from './data-folder-errors';
import { isTaken } from './file-fault';
import type { Claim, Folder } from './folder';
import { createGroupCommit } from './group-commit';
import type { JournalEvent } from './journal-event';
import { openJournals, type OpenedJournals } from './open-journals';
import { createSnapshotRule, type SnapshotRule } from './snapshot-rule';
import { createSnapshotter, type Snapshotter } from './snapshotter';

export interface JournalStoreOptions {
  readonly folder: Folder;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly onEvent: (event: JournalEvent) => void;
  /** Journals no longer than this, bytes, are kept as they are. */
  readonly shortJournalsBytes?: number;
}

/** A change that waits for the disk. */
interface Waiting {
  readonly change: CommittedChange;
  readonly line: Buffer;
  final(): void;
  failed(error: Error): void;
}

/** As many as watch streams can resume from; more would never be read. */
const RECENT_CHANGES = 10_000;
/** Each takes about 1 KiB. Too low: a mass registration is refused in part. Too high: memory while the disk hangs. */
const MOST_WAITING = 20_000;
const NOTHING_KEPT = { journalBytes: 0, snapshotBytes: 0, snapshotDueBytes: 0 };

/**
 * Keeps the catalog in a folder: a journal of all changes, replaced by a snapshot whenever it has grown longer than
 * one. A change is announced after the fsync that makes it final; changes that arrive during an fsync share the next.
 */
export function createJournalStore(options: JournalStoreOptions): CatalogStore {
  const { folder, clock, newId, onEvent } = options;
  const underWay = createChangesUnderWay();
  const group = createGroupCommit<Waiting>(write);
  const health = createWriteHealth({
    clock,
    async trial() {
      group.wake();
      await group.idle();
    },
    concernsOthers: (error) => !isTaken(error),
    onEvent,
  });
  let claim: Exclude<Claim, { kind: 'taken' }> | undefined;
  let opened:
    | (OpenedJournals & { readonly snapshotter: Snapshotter; readonly rule: SnapshotRule })
    | undefined;
  let follower: StoreFollower | undefined;
  let revision = 0;
  /** What changes are refused with once another process writes to the folder. */
  let lost: Error | undefined;

  return {
    async open() {
      claim = await claimed(folder, onEvent);
      try {
        return await read();
      } catch (error) {
        await claim.release();
        throw error;
      }
    },
    follow(whoIsTold) {
      follower = whoIsTold;
    },
    async commit(proposed) {
      const inTheWay = underWay.inTheWayOf(proposed);
      if (inTheWay === undefined) return await enqueue(proposed);
      await inTheWay;
      return { kind: 'conflict' };
    },
    // All changes are this process's own, and a conflict waits for the one that came first.
    reach: () => Promise.resolve(),
    confirmUnknown: () => Promise.resolve(),
    maxRecordsPerChange: MAX_RECORDS_PER_CHANGE,
    get status() {
      return lost !== undefined || health.isFailing ? 'refusing' : 'writable';
    },
    describe: () => ({ kind: 'journal', ...(opened?.rule.sizes(opened.writer.written) ?? NOTHING_KEPT) }),
    async close() {
      health.stop();
      await group.idle();
      follower = undefined;
      await opened?.snapshotter.stop();
      await opened?.writer.close();
      opened = undefined;
      await claim?.release();
      claim = undefined;
    },
  };

  async function read(): Promise<StoredCatalog> {
    const startedAt = clock.moment().now;
    const journals = await openJournals({ folder, clock, newId, recentChanges: RECENT_CHANGES, onEvent });
    const { recovery, identity, marked, writer, fault } = journals;
    const { kept, base, recent } = recovery;
    const rule = createSnapshotRule({ ...recovery, shortBytes: options.shortJournalsBytes });
    const snapshotter = createSnapshotter({ folder, identity, marked, kept, writer, rule, clock, onEvent });
    opened = { ...journals, snapshotter, rule };
    if (fault !== undefined) health.failed(fault);
    await snapshotter.takeIfDue();
    revision = journals.revision;
    const { catalogId } = identity;
    onEvent(
      recovery.identity === undefined && recovery.damages.length === 0
        ? { type: 'begun', catalogId }
        : {
            type: 'restored',
            catalogId,
            revision: kept.revision,
            instances: kept.instanceCount,
            tookMs: clock.moment().now - startedAt,
          },
    );
    return { ...identity, ...base, recent };
  }

  function enqueue(proposed: ProposedChange): Promise<CommitResult> {
    if (follower === undefined) throw new Error('a change was proposed to a store without a follower');
    if (lost !== undefined) throw lost;
    if (underWay.size >= MOST_WAITING) throw storeOverloaded();
    const change = committed(proposed, revision + 1);
    const line = changeLine(change);
    revision = change.revision;
    const settle = underWay.begin(proposed);
    return new Promise((resolve, reject) => {
      group.add({
        change,
        line,
        final() {
          settle();
          resolve({ kind: 'committed', change });
        },
        failed(error) {
          settle();
          reject(error);
        },
      });
    });
  }

  async function write(waiting: readonly Waiting[]): Promise<void> {
    if (opened === undefined) throw new Error('a change was to be written before the store was opened');
    const { writer, recovery, snapshotter } = opened;
    try {
      await health.attempt(() => writer.append(Buffer.concat(waiting.map(({ line }) => line))));
    } catch (error) {
      const refusal = refusalOf(error);
      for (const { failed } of waiting) failed(refusal);
      return;
    }
    for (const { change, final } of waiting) {
      recovery.kept.apply(change);
      follower?.changed(change);
      final();
    }
    await snapshotter.takeIfDue();
  }

  function refusalOf(error: unknown): Error {
    if (!isTaken(error)) return storeUnavailable(error);
    if (lost === undefined) onEvent({ type: 'folder_lost' });
    health.stop();
    return (lost ??= storeLost(dataFolderTaken(folder.path)));
  }
}

async function claimed(
  folder: Folder,
  onEvent: JournalStoreOptions['onEvent'],
): Promise<Exclude<Claim, { kind: 'taken' }>> {
  const claim = await folder.claim().catch((error: unknown) => {
    throw error instanceof AppError ? error : dataFolderUnusable(folder.path, error);
  });
  if (claim.kind === 'taken') throw dataFolderTaken(folder.path, claim.pid);
  if (claim.kind === 'unknown') onEvent({ type: 'not_claimed', error: claim.error });
  return claim;
}
