import { randomUUID } from 'node:crypto';
import { createEtcdClient, type EtcdClient } from '@rollcall/etcd-client';
import { startEtcdCluster, type EtcdCluster, type EtcdClusterOptions } from '@rollcall/testing/etcd';
import type { EtcdEvent } from '../../src/adapters/etcd-store/etcd-event';
import { createEtcdKeys, type EtcdKeys } from '../../src/adapters/etcd-store/etcd-keys';
import {
  createEtcdReplica,
  type EtcdReplica,
  type EtcdReplicaOptions,
} from '../../src/adapters/etcd-store/etcd-replica';
import { systemClock } from '../../src/adapters/system-clock';

/** Replicas over one real etcd, each group of them under a prefix of its own. */
export interface EtcdReplicas {
  readonly cluster: EtcdCluster;
  /** Another client than those of the replicas. */
  readonly client: EtcdClient;
  /** @returns another place in the same etcd */
  place(): EtcdPlace;
  discard(): Promise<void>;
}

export interface EtcdPlace {
  readonly prefix: string;
  readonly keys: EtcdKeys;
  /** One more replica; whoever opens its store closes it. */
  replica(options?: Partial<EtcdReplicaOptions>): EtcdReplica & { readonly events: readonly EtcdEvent[] };
}

export async function startEtcdReplicas(options: EtcdClusterOptions = { size: 1 }): Promise<EtcdReplicas> {
  const cluster = await startEtcdCluster(options);
  const { endpoints } = cluster;
  const client = createEtcdClient({ endpoints });
  return {
    cluster,
    client,
    place() {
      const prefix = `/spec/${randomUUID()}/`;
      return {
        prefix,
        keys: createEtcdKeys(prefix),
        replica(parts) {
          const events: EtcdEvent[] = [];
          const replica = createEtcdReplica({
            connection: { endpoints },
            prefix,
            clock: systemClock,
            newId: randomUUID,
            self: { url: 'http://registry.example', version: '1.0.0' },
            warmSeconds: 5,
            onEvent: (event) => events.push(event),
            ...parts,
          });
          return { ...replica, events };
        },
      };
    },
    async discard() {
      client.close();
      await cluster.discard();
    },
  };
}
