import { EtcdError, type Compare, type Operation } from '@rollcall/etcd-client';
import { committed, type CommittedChange, type ProposedChange } from '../../catalog/changes/change';
import { changeTooLarge, registryBehind, storeOverloaded } from '../../errors';
import type { CommitResult, Fence } from '../../ports/catalog-store';
import type { Clock } from '../../ports/clock';
import { createChangesUnderWay, isInTheWay } from '../changes-under-way';
import { createWriteHealth } from '../write-health';
import { catalogTransaction, givesPaths, type CatalogTransaction } from './catalog-transaction';
import { etcdRefuses, textOf } from './etcd-errors';
import type { EtcdEvent } from './etcd-event';
import type { EtcdFeed } from './etcd-feed';
import type { EtcdKeys } from './etcd-keys';
import type { EtcdLink } from './etcd-link';
import { createSlots } from './slots';

/** Changes on their way into etcd. */
export interface CatalogCommits {
  /** As `CatalogStore.commit`. */
  commit(change: ProposedChange, under: Fence | undefined): Promise<CommitResult>;
  /** To be told of every change, whoever made it. */
  told(change: CommittedChange): void;
  /** To be told that the catalog was replaced: what has not been made final yet has to be decided again. */
  replaced(): void;
  /** Whether etcd refuses changes, or does not answer to them. */
  readonly isFailing: boolean;
  close(): void;
}

export interface CatalogCommitsOptions {
  /** Made known with each change. */
  readonly replicaId: string;
  readonly link: EtcdLink;
  readonly keys: EtcdKeys;
  readonly clock: Clock;
  readonly feed: Pick<EtcdFeed, 'view' | 'progress'>;
  readonly onEvent: (event: EtcdEvent) => void;
}

/** Each takes about 1 KiB. Too low: a mass registration is refused in part. Too high: memory while etcd is away. */
const MOST_WAITING = 20_000;
/** etcd refuses everything once 5000 are waiting to be applied, of all replicas together. */
const MOST_IN_FLIGHT = 256;
/** Longest wait for the watch to tell what etcd has answered. */
const TOLD_WITHIN_MS = 5000;
const TRIAL_WITHIN_MS = 1000;

/** A change that is not final yet. */
interface WaitingChange {
  readonly proposed: ProposedChange;
  /** A change that it should have known of has become final since it was decided. */
  isOvertaken: boolean;
}

export function createCatalogCommits(options: CatalogCommitsOptions): CatalogCommits {
  const { replicaId, link, keys, clock, feed, onEvent } = options;
  const underWay = createChangesUnderWay();
  const inFlight = createSlots(MOST_IN_FLIGHT);
  const pathTurn = createSlots(1);
  const waiting = new Set<WaitingChange>();
  /** Those of them that give paths. */
  const pathChanges = new Set<WaitingChange>();
  const health = createWriteHealth({
    clock,
    trial,
    concernsOthers: (error) => !isTooLarge(error),
    onEvent,
  });

  /**
   * A change whose condition never holds: etcd judges rights, space and quorum before it looks at the condition, so it
   * refuses that as it would any other change.
   */
  function trial(): Promise<unknown> {
    return health.attempt(() =>
      link.client.txn(
        {
          compare: [{ key: keys.paths, version: -1 }],
          success: [{ put: { key: keys.paths, value: '' } }],
        },
        { deadlineMs: TRIAL_WITHIN_MS },
      ),
    );
  }

  /**
   * Two services that are given overlapping paths by two replicas have no record in common: all such changes put one key, and
   * each compares it. Whoever comes late tries again by itself, unless what came first is in its way.
   */
  async function givePaths(
    change: WaitingChange,
    transaction: CatalogTransaction,
    under: Fence | undefined,
  ): Promise<CommitResult> {
    for (;;) {
      const compared = new Map(transaction.compared);
      compared.set(keys.paths, feed.view.modRevisionOf(keys.paths));
      const result = await send(change, { ...transaction, compared }, under);
      if (result.kind !== 'outdated') return result;
      if (result.keys.some((key) => key !== keys.paths)) return { kind: 'conflict' };
    }
  }

  async function send(
    { proposed, isOvertaken }: WaitingChange,
    { compared, success }: CatalogTransaction,
    under: Fence | undefined,
  ): Promise<CommitResult | { readonly kind: 'outdated'; readonly keys: readonly string[] }> {
    if (isOvertaken) return { kind: 'conflict' };
    const compare: Compare[] = Array.from(compared, ([key, modRevision]) => ({ key, modRevision }));
    const failure: Operation[] = Array.from(compared.keys(), (key) => ({ range: { key } }));
    if (under !== undefined) {
      compare.push({ key: keys.leader, createRevision: under.token });
      failure.push({ range: { key: keys.leader } });
    }
    const { succeeded, revision, results } = await attempt(() =>
      link.client.txn({ compare, success, failure }),
    );
    if (succeeded) {
      await told(() => feed.progress.position >= revision);
      return { kind: 'committed', change: committed(proposed, revision, replicaId) };
    }
    const found = results.map((result) => (result.kind === 'range' ? result.keyValues[0] : undefined));
    if (under !== undefined && found.at(-1)?.createRevision !== under.token) return { kind: 'fenced' };
    const outdated = [...compared].filter(([, known], at) => (found[at]?.modRevision ?? 0) !== known);
    await told(() => outdated.every(([key, known]) => feed.view.modRevisionOf(key) !== known));
    return { kind: 'outdated', keys: outdated.map(([key]) => key) };
  }

  async function attempt<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await health.attempt(write);
    } catch (error) {
      throw isTooLarge(error) ? changeTooLarge(textOf(error), error) : etcdRefuses(textOf(error), error);
    }
  }

  async function told(holds: () => boolean): Promise<void> {
    if (!(await feed.progress.until(holds, TOLD_WITHIN_MS))) throw registryBehind();
  }

  return {
    async commit(proposed, under) {
      const inTheWay = underWay.inTheWayOf(proposed);
      if (inTheWay !== undefined) {
        await inTheWay;
        return { kind: 'conflict' };
      }
      if (underWay.size >= MOST_WAITING) throw storeOverloaded();
      const transaction = catalogTransaction(keys, feed.view, proposed, replicaId);
      const settle = underWay.begin(proposed);
      const change: WaitingChange = { proposed, isOvertaken: false };
      waiting.add(change);
      try {
        if (givesPaths(proposed)) {
          pathChanges.add(change);
          return await pathTurn.run(() => givePaths(change, transaction, under));
        }
        const result = await inFlight.run(() => send(change, transaction, under));
        return result.kind === 'outdated' ? { kind: 'conflict' } : result;
      } finally {
        waiting.delete(change);
        pathChanges.delete(change);
        settle();
      }
    },
    told(change) {
      for (const other of pathChanges) other.isOvertaken ||= isInTheWay(change, other.proposed);
    },
    replaced() {
      for (const change of waiting) change.isOvertaken = true;
    },
    get isFailing() {
      return health.isFailing;
    },
    close: () => health.stop(),
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof EtcdError && error.kind === 'too_large';
}
