import type { InstanceRecord } from '../../catalog/instance/instance-record';
import type { ServiceNews } from './service-news';

/** The instances of one service, in the order of their registration. */
export interface ServiceRow {
  revision: number;
  readonly records: Map<string, InstanceRecord>;
}

/** The records of the catalog by their keys, and by service and id. */
export interface ServiceTable {
  at(key: string): InstanceRecord | undefined;
  record(serviceName: string, instanceId: string): InstanceRecord | undefined;
  /** Made if there is none. */
  row(serviceName: string): ServiceRow;
  rows(): Iterable<readonly [serviceName: string, row: ServiceRow]>;
  /**
   * @param exists whether etcd has that key: then it has what cannot be read here
   * @returns those that were at these keys before
   */
  put(
    serviceName: string,
    changed: ServiceNews['records'],
    exists: (key: string) => boolean,
  ): readonly InstanceRecord[];
  /** Keys that have been put without a record. */
  readonly unreadable: ReadonlySet<string>;
  /** Of a service without a record. */
  forget(serviceName: string): void;
}

export function createServiceTable(): ServiceTable {
  const byKey = new Map<string, InstanceRecord>();
  const rows = new Map<string, ServiceRow>();
  const unreadable = new Set<string>();

  function row(serviceName: string): ServiceRow {
    const known = rows.get(serviceName);
    if (known !== undefined) return known;
    const made = { revision: 0, records: new Map<string, InstanceRecord>() };
    rows.set(serviceName, made);
    return made;
  }

  return {
    at: (key) => byKey.get(key),
    record: (serviceName, instanceId) => rows.get(serviceName)?.records.get(instanceId),
    row,
    rows: () => rows,
    unreadable,
    put(serviceName, changed, exists) {
      const own = row(serviceName).records;
      const before: InstanceRecord[] = [];
      for (const [key, record] of changed) {
        const old = byKey.get(key);
        if (old !== undefined) {
          before.push(old);
          // A new incarnation comes last, as in the catalog.
          if (old.epoch !== record?.epoch && own.get(old.instanceId) === old) own.delete(old.instanceId);
        }
        if (record === undefined && exists(key)) unreadable.add(key);
        else unreadable.delete(key);
        if (record === undefined) byKey.delete(key);
        else {
          byKey.set(key, record);
          own.set(record.instanceId, record);
        }
      }
      return before;
    },
    forget(serviceName) {
      if (rows.get(serviceName)?.records.size === 0) rows.delete(serviceName);
    },
  };
}
