import type { Entry } from './entry';

/**
 * Listed instances by id. An id is unique within a service and not beyond it: whoever may register one service cannot
 * keep the ids of another from it.
 */
export interface InstanceIndex<E extends Entry> {
  readonly size: number;
  at(serviceName: string, instanceId: string): E | undefined;
  /** One of each service that has the id; as a rule one in all. */
  named(instanceId: string): readonly E[];
  /** In place of the one of its service and id. */
  put(entry: E): void;
  remove(entry: E): void;
}

export function createInstanceIndex<E extends Entry>(): InstanceIndex<E> {
  const byId = new Map<string, readonly E[]>();
  let size = 0;

  function at(serviceName: string, instanceId: string): E | undefined {
    return byId.get(instanceId)?.find(({ record }) => record.registration.serviceName === serviceName);
  }

  function remove(entry: E): void {
    const { instanceId } = entry.record;
    const known = byId.get(instanceId) ?? NO_ENTRIES;
    const others = known.filter((other) => other !== entry);
    size -= known.length - others.length;
    if (others.length === 0) byId.delete(instanceId);
    else byId.set(instanceId, others);
  }

  return {
    get size() {
      return size;
    },
    at,
    named: (instanceId) => byId.get(instanceId) ?? NO_ENTRIES,
    put(entry) {
      const { instanceId, registration } = entry.record;
      const earlier = at(registration.serviceName, instanceId);
      if (earlier !== undefined) remove(earlier);
      byId.set(instanceId, [...(byId.get(instanceId) ?? NO_ENTRIES), entry]);
      size += 1;
    },
    remove,
  };
}

const NO_ENTRIES: readonly never[] = [];

/** One text for both, for maps. A line break is neither in a name nor in an id. */
export function instanceKey(serviceName: string, instanceId: string): string {
  return `${serviceName}\n${instanceId}`;
}
