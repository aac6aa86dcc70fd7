import type { CommittedChange } from '../catalog/changes/change';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { concerns, type WatchList } from './watch-list';

/** Which services have an instance that is draining: new watchers of these are asked to acknowledge. */
export interface DrainingServices {
  /** To be told of every change, and of what the catalog began with. */
  follow(
    change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'> & Partial<Pick<CommittedChange, 'at'>>,
  ): void;
  /** Since when that instance has been draining, epoch milliseconds; `undefined` when it is not, or that is not known. */
  since(serviceName: string, instanceId: string): number | undefined;
  /** Every instance that is draining. */
  all(): Iterable<{ readonly serviceName: string; readonly instanceId: string }>;
  /** Whether there is one on the list. */
  areOn(list: WatchList): boolean;
}

export function isDraining({ standing }: InstanceRecord): boolean {
  return standing.condition.status === 'draining';
}

export function createDrainingServices(): DrainingServices {
  const draining = new Map<string, Map<string, number | undefined>>();

  return {
    follow({ serviceName, put, remove, at }) {
      for (const instanceId of remove) drop(serviceName, instanceId);
      for (const record of put)
        if (isDraining(record)) add(serviceName, record.instanceId, at);
        else drop(serviceName, record.instanceId);
    },
    since: (serviceName, instanceId) => draining.get(serviceName)?.get(instanceId),
    *all() {
      for (const [serviceName, ids] of draining)
        for (const instanceId of ids.keys()) yield { serviceName, instanceId };
    },
    areOn(list) {
      // Usually no service is draining, and the list may be long.
      for (const serviceName of draining.keys()) if (concerns(list, serviceName)) return true;
      return false;
    },
  };

  function add(serviceName: string, instanceId: string, at: number | undefined): void {
    const instances = draining.get(serviceName) ?? new Map<string, number | undefined>();
    if (!instances.has(instanceId)) draining.set(serviceName, instances.set(instanceId, at));
  }

  function drop(serviceName: string, instanceId: string): void {
    const ids = draining.get(serviceName);
    if (ids?.delete(instanceId) === true && ids.size === 0) draining.delete(serviceName);
  }
}
