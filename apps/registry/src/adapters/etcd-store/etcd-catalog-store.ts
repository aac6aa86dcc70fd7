import type { KeyRange } from '@rollcall/etcd-client';
import { registryBehind } from '../../errors';
import type { CatalogStore, StoreFollower, UnknownInstance } from '../../ports/catalog-store';
import type { Clock } from '../../ports/clock';
import type { Attachment } from './attachment';
import type { CatalogCommits } from './catalog-commits';
import { MAX_RECORDS_PER_CHANGE } from './catalog-transaction';
import { etcdRefuses } from './etcd-errors';
import type { EtcdFeed } from './etcd-feed';
import type { EtcdKeys } from './etcd-keys';
import type { KeyLookups, KeyState } from './key-lookups';

export interface EtcdCatalogStoreOptions {
  readonly keys: EtcdKeys;
  readonly clock: Clock;
  readonly feed: EtcdFeed;
  readonly commits: CatalogCommits;
  readonly lookups: KeyLookups;
  readonly attachment: Attachment;
  readonly follow: (follower: StoreFollower) => void;
  readonly close: () => Promise<void>;
}

/** Longest wait of a caller for what other replicas have made final. */
const REACH_WITHIN_MS = 2000;

/** Keeps the catalog in etcd, which gives its changes their order: one transaction and one revision each. */
export function createEtcdCatalogStore(options: EtcdCatalogStoreOptions): CatalogStore {
  const { keys, clock, feed, commits, lookups, attachment } = options;
  const { progress } = feed;

  /** @throws REGISTRY_BEHIND unless it has been told of that revision within the time */
  async function told(revision: number, startedAt: number): Promise<void> {
    const leftMs = Math.max(0, startedAt + REACH_WITHIN_MS - clock.moment().now);
    if (!(await progress.until(() => progress.position >= revision, leftMs))) throw registryBehind();
  }

  async function look(range: KeyRange): Promise<KeyState> {
    try {
      return await lookups.look(range);
    } catch (error) {
      throw registryBehind(error);
    }
  }

  function keysOf(instance: UnknownInstance): KeyRange {
    if ('url' in instance) return { key: keys.instance(instance.serviceName, instance.url) };
    const { instanceId, serviceName } = instance;
    return serviceName === undefined
      ? { prefix: keys.ids(instanceId) }
      : { key: keys.id(instanceId, serviceName) };
  }

  return {
    open: feed.open,
    follow: options.follow,
    async commit(change, under) {
      if (!attachment.isAttached)
        throw etcdRefuses('This registry has no contact with etcd. Ask another one.');
      return await commits.commit(change, under);
    },
    async reach(revision) {
      const startedAt = clock.moment().now;
      if (progress.position >= revision) return;
      const { revision: latest } = await look({ key: keys.meta });
      if (latest >= revision) await told(revision, startedAt);
    },
    async confirmUnknown(instance) {
      const startedAt = clock.moment().now;
      const { modRevision } = await look(keysOf(instance));
      await told(modRevision, startedAt);
    },
    maxRecordsPerChange: MAX_RECORDS_PER_CHANGE,
    get status() {
      if (!attachment.isAttached) return 'detached';
      return commits.isFailing ? 'refusing' : 'writable';
    },
    describe: () => ({ kind: 'etcd', journalBytes: 0, snapshotBytes: 0, snapshotDueBytes: 0 }),
    close: options.close,
  };
}
