import type { MemberStatus } from '@rollcall/etcd-client';
import type { CatalogStore, StoreFollower } from '../../ports/catalog-store';
import type { Clock } from '../../ports/clock';
import type { Replica, ReplicaGroup } from '../../ports/replica-group';
import { createAttachment } from './attachment';
import { createCatalogCommits } from './catalog-commits';
import { createEtcdCatalogStore } from './etcd-catalog-store';
import type { EtcdEvent } from './etcd-event';
import { createEtcdFeed } from './etcd-feed';
import { createEtcdKeys } from './etcd-keys';
import { createEtcdLink, type EtcdConnection } from './etcd-link';
import { createEtcdReplicaGroup } from './etcd-replica-group';
import { createEtcdUpkeep } from './etcd-upkeep';
import { createKeyLookups } from './key-lookups';
import { createSeenFile } from './seen-file';

/** A registry as one of several over one etcd. */
export interface EtcdReplica {
  readonly store: CatalogStore;
  readonly group: ReplicaGroup;
  /** What there is to measure, besides the store's status. */
  state(): EtcdState;
}

export interface EtcdState {
  /** Of the member in use, a minute ago at most; `undefined` until it has answered. */
  readonly member: MemberStatus | undefined;
  /** Keys of instances that this version cannot read. */
  readonly unreadable: ReadonlySet<string>;
}

export interface EtcdReplicaOptions {
  readonly connection: EtcdConnection;
  readonly prefix: string;
  readonly clock: Clock;
  readonly newId: () => string;
  /** What the others are told of this replica. */
  readonly self: Replica;
  /** How long a new catalog is not complete: one lease of an instance. */
  readonly warmSeconds: number;
  /** File in which the highest revision is kept; absent where nothing is kept on this host. */
  readonly seenPath?: string;
  readonly onEvent: (event: EtcdEvent) => void;
}

export function createEtcdReplica(options: EtcdReplicaOptions): EtcdReplica {
  const { clock, onEvent, seenPath, newId } = options;
  const replicaId = newId();
  const keys = createEtcdKeys(options.prefix);
  const link = createEtcdLink(options.connection, onEvent);
  const onFault = (error: unknown): void => onEvent({ type: 'seen_unusable', error });
  const seen = seenPath === undefined ? undefined : createSeenFile({ path: seenPath, clock, onFault });
  const feed = createEtcdFeed({ ...options, keys, link, ...(seen && { seen }) });
  const attachment = createAttachment(clock);
  const commits = createCatalogCommits({ replicaId, link, keys, clock, feed, onEvent });
  const upkeep = createEtcdUpkeep({ link, keys, clock, feed, onEvent });
  const lookups = createKeyLookups(
    () => link.client,
    (delayMs, task) => clock.after(delayMs, task),
  );
  const group = createEtcdReplicaGroup({ ...options, replicaId, keys, link, feed, attachment });

  function follow(follower: StoreFollower): void {
    attachment.onChange((isAttached) => {
      follower.attachmentChanged(isAttached);
      group.attachmentChanged(isAttached);
    });
    feed.follow({
      changed(change) {
        commits.told(change);
        follower.changed(change);
        group.changed(change);
      },
      replaced(stored) {
        commits.replaced();
        follower.replaced(stored);
      },
      groupChanged: (change) => group.view.apply(change),
      groupListed: (keyValues, hasGap) => group.view.become(keyValues, hasGap),
    });
    upkeep.start();
  }

  async function close(): Promise<void> {
    upkeep.stop();
    attachment.close();
    commits.close();
    await feed.close();
    link.close();
  }

  return {
    store: createEtcdCatalogStore({ keys, clock, feed, commits, lookups, attachment, follow, close }),
    group,
    state: () => ({ member: upkeep.member, unreadable: feed.view.unreadable }),
  };
}
