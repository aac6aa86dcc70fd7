import { timeScale } from '@rollcall/testing';
import { createCatalog, type Catalog } from '../../src/catalog/catalog';
import type { CommittedChange, ProposedChange } from '../../src/catalog/changes/change';
import type { StoredCatalog } from '../../src/catalog/stored-catalog';
import type { EtcdEvent } from '../../src/adapters/etcd-store/etcd-event';
import type { EtcdReplica, EtcdReplicaOptions } from '../../src/adapters/etcd-store/etcd-replica';
import type { CommitResult, Fence } from '../../src/ports/catalog-store';
import type { HeardReport } from '../../src/ports/replica-group';
import type { EtcdPlace } from './etcd-replicas';

/** What a replica was told, one line each, in order. */
export type Told =
  | { readonly what: 'changed'; readonly change: CommittedChange }
  | { readonly what: 'replaced'; readonly stored: StoredCatalog }
  | { readonly what: 'attached' | 'detached' }
  | { readonly what: 'joined'; readonly replica: string }
  | { readonly what: 'left'; readonly replica: string; readonly orderly: boolean }
  | { readonly what: 'heard'; readonly replica: string; readonly report: HeardReport }
  | { readonly what: 'leadership'; readonly fence: Fence | undefined }
  | { readonly what: 'acknowledged'; readonly instanceId: string };

/** A replica as the registry has it: a catalog that follows the store, and reports at intervals once it has joined. */
export interface OpenReplica extends EtcdReplica {
  readonly stored: StoredCatalog;
  /** As it is; another one after it was replaced. */
  catalog(): Catalog;
  readonly told: readonly Told[];
  readonly events: readonly EtcdEvent[];
  changes(): readonly CommittedChange[];
  /** Changes of `settle` that were refused because another came first. */
  conflicts: number;
  /** Changes of `settle` of which it is not known whether they were made, as when a busy machine is late. */
  failures: number;
  /**
   * Decides again after each conflict, as the registry does, and after each failure, as its callers do.
   *
   * @throws the last failure, after half a minute times `timeScale`, and as soon as the replica was closed
   */
  settle(decide: () => ProposedChange): Promise<CommitResult>;
  /** Joins, and reports until it is closed. @param report what to say; by default that nobody was heard */
  join(report?: () => Partial<HeardReport>): Promise<void>;
  /** Leaves, in order unless it is told otherwise. Idempotent. */
  close(how?: { readonly orderly: boolean }): Promise<void>;
}

const MOMENT = { now: 0, epochMs: 0 };
/** More often than a registry does, so that specs need not wait for it. */
const REPORT_EVERY_MS = 200;
const RETRY_MS = 50;
/** Longer than the longest time for which a spec takes etcd away. */
const SETTLE_WITHIN_MS = 30_000 * timeScale;

export async function openReplica(
  place: EtcdPlace,
  options: Partial<EtcdReplicaOptions> = {},
): Promise<OpenReplica> {
  const replica = place.replica(options);
  const { store, group } = replica;
  const told: Told[] = [];
  const stored = await store.open();
  let catalog = catalogOf(stored);
  let reporting: Promise<void> | undefined;
  let isClosed = false;

  store.follow({
    changed(change) {
      told.push({ what: 'changed', change });
      catalog.apply(change, MOMENT);
    },
    replaced(other) {
      told.push({ what: 'replaced', stored: other });
      catalog = catalogOf(other);
    },
    attachmentChanged: (isAttached) => told.push({ what: isAttached ? 'attached' : 'detached' }),
  });
  group.follow({
    joined: (id) => told.push({ what: 'joined', replica: id }),
    left: (id, orderly) => told.push({ what: 'left', replica: id, orderly }),
    heard: (id, report) => told.push({ what: 'heard', replica: id, report }),
    leadershipChanged: (fence) => told.push({ what: 'leadership', fence }),
    acknowledged: ({ instanceId }) => told.push({ what: 'acknowledged', instanceId }),
  });

  async function report(compose: () => Partial<HeardReport>): Promise<void> {
    while (!isClosed) {
      // A report that fails is followed by the next one.
      await group
        .publish({ seen: group.seen, heard: [], opened: [], closed: [], ...compose() })
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, REPORT_EVERY_MS));
    }
  }

  const open: OpenReplica = {
    ...replica,
    stored,
    catalog: () => catalog,
    told,
    changes: () => told.flatMap((line) => (line.what === 'changed' ? line.change : [])),
    conflicts: 0,
    failures: 0,
    async settle(decide) {
      const until = performance.now() + SETTLE_WITHIN_MS;
      let failure: unknown = new Error('every attempt was a conflict');
      do
        try {
          const result = await store.commit(decide());
          if (result.kind !== 'conflict') return result;
          open.conflicts += 1;
        } catch (error) {
          failure = error;
          open.failures += 1;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      while (!isClosed && performance.now() < until);
      throw failure;
    },
    async join(compose = () => ({})) {
      await group.join();
      reporting = report(compose);
    },
    async close(how = { orderly: true }) {
      if (isClosed) return;
      isClosed = true;
      await reporting;
      await group.leave(how);
      await store.close();
    },
  };
  return open;
}

function catalogOf(stored: StoredCatalog): Catalog {
  const catalog = createCatalog(stored, MOMENT, { maxVacantServices: 1000 });
  for (const change of stored.recent) catalog.apply(change, MOMENT);
  return catalog;
}

/** Ids of a service's instances, in alphabetical order. */
export function listed(
  { catalog }: Pick<OpenReplica, 'catalog'>,
  serviceName = 'product',
): readonly string[] {
  return catalog()
    .service(serviceName)
    .records.map(({ instanceId }) => instanceId)
    .sort();
}
