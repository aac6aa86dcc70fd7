import type { AppliedChange, CommittedChange } from './changes/change';
import type { Entry } from './entry';
import { createInstanceIndex } from './instance-index';
import { FRESH_CONTACT } from './instance/contact';
import type { InstanceRecord } from './instance/instance-record';
import { createCatalogLeases, type CatalogLeases, type HeardEntry } from './leases/catalog-leases';
import { createLeaseBook } from './leases/lease-book';
import type { Moment } from './moment';
import { createOverrideBook, type OverrideBook } from './overrides/override-book';
import { createRosterBook } from './roster-book';
import { createClaimBook, type ClaimBook } from './routes/claim-book';
import type { ServiceSnapshot } from './roster';
import type { StoredCatalog } from './stored-catalog';

/**
 * The catalog: the listed instances, and what was heard of them. Committed facts change by `apply` alone, one
 * revision after the other; what only this process knows (heartbeats, sessions, probes) is `CatalogLeases`. It decides nothing: decisions read it, and the store commits them.
 */
export interface Catalog extends CatalogLeases {
  readonly catalogId: string;
  readonly revision: number;
  readonly instanceCount: number;
  /** Services with an instance. */
  readonly serviceCount: number;
  /** Which service holds which path. */
  readonly claims: Pick<ClaimBook, 'at' | 'covering' | 'rivalOf' | 'of' | 'size' | 'unannounced'>;
  /** The overrides that operators have set on instances, listed or not. */
  readonly overrides: Pick<OverrideBook, 'of' | 'servicesNaming' | 'servicesWithEnded'>;
  entry(serviceName: string, instanceId: string): Entry | undefined;
  /** The instances of that id: one of each service that has it. */
  named(instanceId: string): readonly Entry[];
  /** Whether that incarnation is still the one that is listed. */
  isListed(entry: Entry): boolean;
  entryAt(serviceName: string, url: string): Entry | undefined;
  service(serviceName: string): ServiceSnapshot;
  /** The listed instances of the service, with what was heard of them. To be read in the same turn. */
  entriesOf(serviceName: string): Iterable<Entry>;
  /** Number of instances of the service. */
  sizeOf(serviceName: string): number;
  /** Every service that has a revision; those whose last instance has gone are forgotten in time. */
  services(): readonly ServiceSnapshot[];
  /** Last heartbeat of that incarnation, epoch milliseconds. */
  heardAt(record: InstanceRecord): number;
  /** Has nothing but what is stored from now on, under its identity. To be called once no instance is listed. */
  beginAnew(stored: StoredCatalog, moment: Moment): void;
  /** @throws when the revision does not rise: that change has been applied already, or out of turn */
  apply(change: CommittedChange, moment: Moment): AppliedChange;
}

export interface CatalogOptions {
  /** Services without an instance whose revision is remembered; a forgotten one's watchers start over. */
  readonly maxVacantServices: number;
}

/** Only the catalog may write to an entry. */
interface ListedEntry extends HeardEntry {
  record: InstanceRecord;
}

/** @param moment every stored instance counts as heard from at that moment, or a restart would evict them all */
export function createCatalog(stored: StoredCatalog, moment: Moment, options: CatalogOptions): Catalog {
  const entries = createInstanceIndex<ListedEntry>();
  const claims = createClaimBook();
  const overrides = createOverrideBook();
  const rosters = createRosterBook<ListedEntry>({
    ...options,
    claimsOf: (name) => claims.of(name),
    hasOverrides: (name) => overrides.of(name).length > 0,
  });
  const leases = createLeaseBook<ListedEntry>();
  let { revision, catalogId } = stored;
  restore(stored, moment);

  return {
    get catalogId() {
      return catalogId;
    },
    get revision() {
      return revision;
    },
    get instanceCount() {
      return entries.size;
    },
    get serviceCount() {
      return rosters.occupied;
    },
    claims,
    overrides,
    entry: entries.at,
    named: entries.named,
    isListed,
    entryAt: (serviceName, url) => rosters.find(serviceName)?.at(url),
    service: (serviceName) =>
      rosters.find(serviceName)?.snapshot() ?? { serviceName, revision: 0, records: [], claims: [] },
    entriesOf: (serviceName) => rosters.find(serviceName)?.entries() ?? [],
    sizeOf: (serviceName) => rosters.find(serviceName)?.size ?? 0,
    services: () => Array.from(rosters.all(), (roster) => roster.snapshot()),
    heardAt(record) {
      const entry = entries.at(record.registration.serviceName, record.instanceId);
      return entry?.record.epoch === record.epoch ? entry.heardAt : record.registeredAt;
    },
    beginAnew(now, at) {
      ({ revision, catalogId } = now);
      rosters.clear();
      restore(now, at);
    },
    apply,
    ...createCatalogLeases(leases, own),
  };

  function restore({ services }: StoredCatalog, at: Moment): void {
    for (const service of services) {
      const { serviceName, records } = service;
      for (const record of records) list(record, at);
      claims.restore(serviceName, service.claims, records);
      overrides.restore(serviceName, service.overrides, records);
      rosters.open(serviceName).changedAt(service.revision);
      rosters.settle(serviceName);
    }
  }

  function apply(change: CommittedChange, at: Moment): AppliedChange {
    if (change.revision <= revision)
      throw new Error(`revision ${change.revision} does not follow on ${revision}`);
    const roster = rosters.open(change.serviceName);
    const prevRevision = roster.revision;
    const before: InstanceRecord[] = [];
    for (const instanceId of change.remove)
      before.push(...delist(entries.at(change.serviceName, instanceId)));
    for (const record of change.put) {
      const entry = entries.at(change.serviceName, record.instanceId);
      if (entry?.record.epoch === record.epoch) {
        before.push(entry.record);
        entry.record = record;
      } else before.push(...list(record, at));
    }
    const { serviceName } = change;
    const claimsChanged = claims.apply({ ...change, before, after: change.put });
    if (change.overrides !== undefined) overrides.replace(serviceName, change.overrides);
    roster.changedAt(change.revision);
    rosters.settle(serviceName);
    revision = change.revision;
    return { ...change, prevRevision, ...(claimsChanged && { claimsNow: claims.of(serviceName) }) };
  }

  /** @returns the instances that it replaces */
  function list(record: InstanceRecord, at: Moment): readonly InstanceRecord[] {
    const { serviceName, url, ttlSeconds } = record.registration;
    const roster = rosters.open(serviceName);
    const gone = [...delist(roster.at(url)), ...delist(entries.at(serviceName, record.instanceId))];
    const entry = { record, contact: FRESH_CONTACT, heardAt: at.epochMs, heardBy: undefined };
    entries.put(entry);
    roster.put(entry);
    if (ttlSeconds > 0) leases.begin(entry, ttlSeconds * 1000, at.now);
    return gone;
  }

  function delist(entry: ListedEntry | undefined): readonly InstanceRecord[] {
    if (entry === undefined) return [];
    const { serviceName, url } = entry.record.registration;
    entries.remove(entry);
    rosters.open(serviceName).remove(url);
    leases.end(entry);
    return [entry.record];
  }

  function listed({ record }: Entry): ListedEntry | undefined {
    return entries.at(record.registration.serviceName, record.instanceId);
  }

  function isListed(entry: Entry): boolean {
    return listed(entry) === entry;
  }

  function own(entry: Entry): ListedEntry | undefined {
    const found = listed(entry);
    return found === entry ? found : undefined;
  }
}
