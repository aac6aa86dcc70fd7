import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';
import type { ReplicaGroup, ReplicaGroupFollower } from './ports/replica-group';
import { createReplicaLoop } from './replica-loop';
import { createReplicas, createSoleReplica, type Replicas, type ReplicasOptions } from './replicas';

/** This registry among its replicas: it reports, follows their reports, and leaves in order. */
export interface Replication {
  readonly replicas: Replicas;
  /** To be told of every change before the catalog applies it. */
  before(change: CommittedChange): void;
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put'>): void;
  /** Reports of other replicas, or heartbeats meant for this one, may have been missed. */
  missedReports(): void;
  /** Joins the group and begins to report. */
  start(): Promise<void>;
  /** Leaves the group. After the last stream has ended. Idempotent. */
  stop(): Promise<void>;
}

export interface ReplicationOptions extends ReplicasOptions {
  readonly group: ReplicaGroup;
  readonly logger: Logger;
  readonly heartbeatIntervalMs: number;
  /** What else follows the group. */
  readonly alsoTold: Pick<ReplicaGroupFollower, 'left' | 'joined' | 'acknowledged' | 'leadershipChanged'>;
}

export function createReplication(options: ReplicationOptions): Replication {
  const { group, logger, clock, heartbeatIntervalMs, alsoTold } = options;
  if (!group.isShared) return alone(createSoleReplica(options.catalog));
  const replicas = createReplicas(options);
  const loop = createReplicaLoop({ clock, logger, group, replicas, heartbeatIntervalMs });
  let isMember = false;

  group.follow({
    joined(replicaId) {
      logger.info(`the replica ${replicaId} has joined`, { event: 'replica_joined', replica: replicaId });
      loop.tellAll();
      alsoTold.joined(replicaId);
    },
    heard: (replicaId, report) => replicas.told(replicaId, report),
    left(replicaId, orderly) {
      const level = orderly ? 'info' : 'warn';
      const how = orderly ? 'has left' : 'was lost: every lease is given another term';
      logger[level](`the replica ${replicaId} ${how}`, {
        event: 'replica_left',
        replica: replicaId,
        orderly,
      });
      replicas.left(replicaId, orderly);
      alsoTold.left(replicaId, orderly);
    },
    leadershipChanged: (leadership) => alsoTold.leadershipChanged(leadership),
    acknowledged: (drain) => alsoTold.acknowledged(drain),
  });

  return {
    replicas,
    before: (change) => replicas.before(change),
    follow: (change) => replicas.follow(change),
    missedReports: () => replicas.missedReports(),
    async start() {
      await group.join();
      isMember = true;
      loop.start();
    },
    async stop() {
      if (!isMember) return;
      isMember = false;
      await loop.stop();
      await group.leave();
    },
  };
}

function alone(replicas: Replicas): Replication {
  return {
    replicas,
    before: () => undefined,
    follow: () => undefined,
    missedReports: () => undefined,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}
