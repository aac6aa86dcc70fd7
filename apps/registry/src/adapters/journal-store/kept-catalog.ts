import type { CommittedChange } from '../../catalog/changes/change';
import type { InstanceRecord } from '../../catalog/instance/instance-record';
import { createClaimBook } from '../../catalog/routes/claim-book';
import { createOverrideBook } from '../../catalog/overrides/override-book';
import type { StoredService } from '../../catalog/stored-catalog';

/** The catalog after all changes so far. Shares its records with the registry's: an instance costs a map entry. */
export interface KeptCatalog {
  readonly revision: number;
  readonly instanceCount: number;
  /** Skips changes that it contains already, so that reading a file twice does no harm. */
  apply(change: CommittedChange): void;
  /** From a snapshot. */
  restoreRecord(record: InstanceRecord): void;
  /** From a snapshot, after the service's records. */
  restoreService(
    serviceName: string,
    serviceRevision: number,
    standing: Pick<StoredService, 'claims' | 'overrides'>,
  ): void;
  /** Sets a revision that is not the last of any service. */
  raiseTo(revision: number): void;
  /** The whole catalog at this moment. */
  services(): readonly StoredService[];
}

interface KeptService {
  revision: number;
  readonly records: Map<string, InstanceRecord>;
}

/** Most service names without instances whose revision is kept: callers choose names, so they are bounded. */
const MAX_VACANT_SERVICES = 1000;

export function createKeptCatalog(): KeptCatalog {
  const services = new Map<string, KeptService>();
  const vacant = new Set<string>();
  const claims = createClaimBook();
  const overrides = createOverrideBook();
  let revision = 0;

  function open(serviceName: string): KeptService {
    const known = services.get(serviceName);
    if (known !== undefined) return known;
    const service = { revision: 0, records: new Map<string, InstanceRecord>() };
    services.set(serviceName, service);
    return service;
  }

  function settle(serviceName: string, { records }: KeptService): void {
    vacant.delete(serviceName);
    if (records.size > 0 || claims.of(serviceName).length > 0 || overrides.of(serviceName).length > 0) return;
    vacant.add(serviceName);
    if (vacant.size <= MAX_VACANT_SERVICES) return;
    const [longestVacant] = vacant;
    if (longestVacant === undefined) return;
    vacant.delete(longestVacant);
    services.delete(longestVacant);
  }

  return {
    get revision() {
      return revision;
    },
    get instanceCount() {
      let count = 0;
      for (const { records } of services.values()) count += records.size;
      return count;
    },
    apply(change) {
      if (change.revision <= revision) return;
      const service = open(change.serviceName);
      const { records } = service;
      const before = [...change.remove, ...change.put.map(({ instanceId }) => instanceId)].flatMap(
        (instanceId) => records.get(instanceId) ?? [],
      );
      for (const instanceId of change.remove) records.delete(instanceId);
      for (const record of change.put) put(service, record);
      claims.apply({ ...change, before, after: change.put });
      if (change.overrides !== undefined) overrides.replace(change.serviceName, change.overrides);
      service.revision = revision = change.revision;
      settle(change.serviceName, service);
    },
    restoreRecord(record) {
      const service = open(record.registration.serviceName);
      put(service, record);
      service.revision = Math.max(service.revision, record.revision);
      revision = Math.max(revision, record.revision);
    },
    restoreService(serviceName, serviceRevision, standing) {
      const service = open(serviceName);
      const records = [...service.records.values()];
      claims.restore(serviceName, standing.claims, records);
      overrides.restore(serviceName, standing.overrides, records);
      service.revision = Math.max(service.revision, serviceRevision);
      revision = Math.max(revision, serviceRevision);
      settle(serviceName, service);
    },
    raiseTo(to) {
      revision = Math.max(revision, to);
    },
    services: () =>
      Array.from(services, ([serviceName, service]) => ({
        serviceName,
        revision: service.revision,
        records: [...service.records.values()],
        claims: claims.of(serviceName),
        overrides: overrides.of(serviceName),
      })),
  };
}

/** A new incarnation comes last, as in the catalog, so that a restart does not change the order. */
function put({ records }: KeptService, record: InstanceRecord): void {
  if (records.get(record.instanceId)?.epoch !== record.epoch) records.delete(record.instanceId);
  records.set(record.instanceId, record);
}
