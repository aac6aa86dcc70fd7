import { EtcdError } from '@rollcall/etcd-client';
import type { CommittedChange } from '../../catalog/changes/change';
import type { Fence } from '../../ports/catalog-store';
import type { Clock } from '../../ports/clock';
import type { Replica, ReplicaGroup, ReplicaGroupFollower } from '../../ports/replica-group';
import type { Attachment } from './attachment';
import type { EtcdEvent } from './etcd-event';
import type { EtcdFeed } from './etcd-feed';
import type { EtcdKeys } from './etcd-keys';
import type { EtcdLink } from './etcd-link';
import { createGroupView, type GroupView } from './group-view';
import { heardReportValue } from './heard-report-value';
import { createMembership, SHORT_CALL } from './membership';
import { createOwnAcks } from './own-acks';

/** The group, and what it has to be told by the feed. */
export interface EtcdReplicaGroup extends ReplicaGroup {
  readonly view: GroupView;
  changed(change: CommittedChange): void;
  attachmentChanged(isAttached: boolean): void;
}

export interface EtcdReplicaGroupOptions {
  readonly replicaId: string;
  /** What the others are told of this replica. */
  readonly self: Replica;
  readonly keys: EtcdKeys;
  readonly link: EtcdLink;
  readonly clock: Clock;
  readonly feed: Pick<EtcdFeed, 'progress' | 'expectReports'>;
  readonly attachment: Attachment;
  readonly onEvent: (event: EtcdEvent) => void;
}

/** Longest wait for the watch to tell of a report: later than that it says nothing any more. */
const TOLD_WITHIN_MS = 8000;

export function createEtcdReplicaGroup(options: EtcdReplicaGroupOptions): EtcdReplicaGroup {
  const { replicaId, keys, link, clock, feed, attachment, onEvent } = options;
  let follower: ReplicaGroupFollower | undefined;
  let phase: 'outside' | 'member' | 'leaving' = 'outside';
  let leadership: Fence | undefined;
  let campaign: Promise<void> | undefined;

  const view = createGroupView({
    keys,
    replicaId,
    tell: {
      joined: (id) => follower?.joined(id),
      heard: (id, report) => follower?.heard(id, report),
      left: (id, orderly) => follower?.left(id, orderly),
      acknowledged: (drain) => follower?.acknowledged(drain),
    },
    leaderChanged() {
      settleLeadership();
      if (view.leader === undefined) stand();
    },
  });
  const membership = createMembership({
    ...options,
    onEntered: () => ownAcks.lost(),
    onLost: () => onEvent({ type: 'lease_lost', replicaId }),
  });
  const ownAcks = createOwnAcks({
    put({ serviceName, instanceId }, value) {
      const { lease } = membership;
      if (lease === undefined) throw new EtcdError('lease_not_found', 'this replica is not in the group');
      const key = keys.ack(serviceName, instanceId, replicaId);
      return link.client.put(key, value, { ...SHORT_CALL, lease });
    },
    remove({ serviceName, instanceId }) {
      const key = keys.ack(serviceName, instanceId, replicaId);
      return link.client.txn({ success: [{ delete: { key } }] }, SHORT_CALL);
    },
  });

  /** Stands for leader, if there is none. That it was elected is told by the watch, in order with everything else. */
  function stand(): void {
    const { lease } = membership;
    const isCandidate = phase === 'member' && lease !== undefined && attachment.isAttached;
    if (!isCandidate || view.leader !== undefined) return;
    const put = { key: keys.leader, value: replicaId, lease };
    campaign ??= link.client
      .txn({ compare: [{ key: keys.leader, createRevision: 0 }], success: [{ put }] }, SHORT_CALL)
      // It stands again after its next report.
      .then(undefined, () => undefined)
      .then(() => {
        campaign = undefined;
      });
  }

  function settleLeadership(): void {
    const { leader } = view;
    const isOurs = leader?.replicaId === replicaId && phase === 'member' && attachment.isAttached;
    const token = isOurs ? leader.token : undefined;
    if (token === leadership?.token) return;
    if (leadership !== undefined) onEvent({ type: 'not_leading', token: leadership.token });
    if (token !== undefined) onEvent({ type: 'leading', token });
    leadership = token === undefined ? undefined : { token };
    follower?.leadershipChanged(leadership);
  }

  /** In the term that we know of only: it may be somebody else's by now. */
  async function resign(): Promise<void> {
    const { leader } = view;
    if (leader?.replicaId !== replicaId) return;
    const compare = [{ key: keys.leader, createRevision: leader.token }];
    await link.client.txn({ compare, success: [{ delete: { key: keys.leader } }] }, SHORT_CALL);
  }

  /**
   * Without space etcd takes no report, but leases go on: so nobody is counted out, and nothing is presumed of instances,
   * which would have to be written. A linearizable read shows that this replica is not cut off.
   */
  async function confirmWithoutSpace(sentAt: number): Promise<void> {
    if (!(await membership.keepAlive())) return;
    const revision = await link.client.revision(SHORT_CALL).catch(() => undefined);
    if (revision !== undefined) attachment.confirmed(sentAt);
  }

  return {
    isShared: true,
    replicaId,
    view,
    get leadership() {
      return attachment.isAttached ? leadership : undefined;
    },
    others: view.others,
    get seen() {
      return feed.progress.position;
    },
    follow(whoIsTold) {
      follower = whoIsTold;
      // Those that were there when the store was opened.
      for (const id of view.others.keys()) whoIsTold.joined(id);
    },
    async join() {
      const since = clock.moment().now;
      await membership.enter();
      phase = 'member';
      // One that is cut off before its first report has got through must not go on for ever.
      attachment.confirmed(since);
      feed.expectReports();
      stand();
    },
    async publish(report) {
      const sentAt = clock.moment().now;
      try {
        const revision = await membership.report(heardReportValue(report));
        void feed.progress
          .until(() => feed.progress.position >= revision, TOLD_WITHIN_MS)
          .then((isTold) => {
            if (isTold) attachment.confirmed(sentAt);
          });
        void ownAcks.flush();
        stand();
        return revision;
      } catch (error) {
        if (error instanceof EtcdError && error.kind === 'no_space') await confirmWithoutSpace(sentAt);
        throw error;
      }
    },
    acknowledge: (drain, subscribers) => ownAcks.set(drain, subscribers),
    acksOf: (drain) => view.acksOf(drain),
    changed: (change) => ownAcks.follow(change),
    attachmentChanged(isAttached) {
      onEvent({ type: isAttached ? 'attached' : 'detached' });
      settleLeadership();
      if (isAttached) stand();
      // It may not get there; then the key ends with the lease.
      else resign().catch(() => undefined);
    },
    async leave(how) {
      if (phase !== 'member') return;
      phase = 'leaving';
      settleLeadership();
      try {
        await resign();
        await membership.leave(how);
      } catch (error) {
        onEvent({ type: 'leave_failed', error });
      }
    },
  };
}
