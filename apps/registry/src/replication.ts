import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';
import type { Fence } from './ports/catalog-store';
import type { ReplicaGroup } from './ports/replica-group';
import { createReplicaDrains, type ReplicaDrains, type ReplicaDrainsOptions } from './replica-drains';
import { createReplicaLoop } from './replica-loop';
import { createReplicas, createSoleReplica, type Replicas, type ReplicasOptions } from './replicas';

/** This registry among its replicas: it reports, follows their reports, and leaves in order. */
export interface Replication {
  readonly replicas: Replicas;
  readonly drains: ReplicaDrains;
  /** To be told of every change before the catalog applies it. */
  before(change: CommittedChange): void;
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** Reports of other replicas, or heartbeats meant for this one, may have been missed. */
  missedReports(): void;
  /** Joins the group and begins to report. */
  start(): Promise<void>;
  /** Leaves the group. After the last stream has ended. Idempotent. */
  stop(): Promise<void>;
}

export interface ReplicationOptions extends ReplicasOptions, Omit<ReplicaDrainsOptions, 'catalog'> {
  readonly group: ReplicaGroup;
  readonly logger: Logger;
  readonly heartbeatIntervalMs: number;
  readonly leadershipChanged: (leadership: Fence | undefined) => void;
}

export function createReplication(options: ReplicationOptions): Replication {
  const { group, logger, clock, heartbeatIntervalMs, leadershipChanged } = options;
  const drains = createReplicaDrains(options);
  if (!group.isShared) return alone(createSoleReplica(options.catalog), drains);
  const replicas = createReplicas(options);
  const loop = createReplicaLoop({ clock, logger, group, replicas, heartbeatIntervalMs });
  let isMember = false;

  group.follow({
    joined(replicaId) {
      logger.info(`the replica ${replicaId} has joined`, { event: 'replica_joined', replica: replicaId });
      loop.tellAll();
      drains.groupChanged();
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
      drains.replicaLeft();
    },
    leadershipChanged,
    acknowledged: () => drains.groupChanged(),
  });

  return {
    replicas,
    drains,
    before: (change) => replicas.before(change),
    follow(change) {
      replicas.follow(change);
      drains.follow(change);
    },
    missedReports: () => replicas.missedReports(),
    async start() {
      await group.join();
      isMember = true;
      loop.start();
    },
    async stop() {
      if (!isMember) return;
      isMember = false;
      drains.stop();
      await group.leave({ orderly: await loop.stop() });
    },
  };
}

function alone(replicas: Replicas, drains: ReplicaDrains): Replication {
  return {
    replicas,
    drains,
    before: () => undefined,
    follow: () => undefined,
    missedReports: () => undefined,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}
