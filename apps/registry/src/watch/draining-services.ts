import type { CommittedChange } from '../catalog/changes/change';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { concerns, type WatchList } from './watch-list';

/** Which services have an instance that is draining: new watchers of these are asked to acknowledge. */
export interface DrainingServices {
  /** To be told of every change, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** Whether there is one on the list. */
  areOn(list: WatchList): boolean;
}

export function isDraining({ standing }: InstanceRecord): boolean {
  return standing.condition.status === 'draining';
}

export function createDrainingServices(): DrainingServices {
  const draining = new Map<string, Set<string>>();

  return {
    follow({ serviceName, put, remove }) {
      for (const instanceId of remove) drop(serviceName, instanceId);
      for (const record of put)
        if (isDraining(record)) add(serviceName, record.instanceId);
        else drop(serviceName, record.instanceId);
    },
    areOn(list) {
      // Usually no service is draining, and the list may be long.
      for (const serviceName of draining.keys()) if (concerns(list, serviceName)) return true;
      return false;
    },
  };

  function add(serviceName: string, instanceId: string): void {
    draining.set(serviceName, (draining.get(serviceName) ?? new Set()).add(instanceId));
  }

  function drop(serviceName: string, instanceId: string): void {
    const ids = draining.get(serviceName);
    if (ids?.delete(instanceId) === true && ids.size === 0) draining.delete(serviceName);
  }
}
