import type { AppliedChange, CommittedChange } from './changes/change';
import type { Entry } from './entry';
import { createInstanceIndex } from './instance-index';
import { FRESH_CONTACT, type Contact } from './instance/contact';
import type { InstanceRecord } from './instance/instance-record';
import { createLeaseBook } from './leases/lease-book';
import type { Moment } from './moment';
import { createOverrideBook, type OverrideBook } from './overrides/override-book';
import { createRosterBook } from './roster-book';
import { createClaimBook, type ClaimBook } from './routes/claim-book';
import type { ServiceSnapshot } from './roster';
import type { StoredCatalog } from './stored-catalog';

/**
 * The catalog: the listed instances, and what was heard of them. Committed facts change by `apply` alone, one
 * revision after the other; what only this process knows (heartbeats, sessions, probes) changes by `heard` and
 * `touch`, and raises no revision. It decides nothing: decisions read it, and the store commits them.
 */
export interface Catalog {
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
  /** @throws when the revision does not rise: that change has been applied already, or out of turn */
  apply(change: CommittedChange, moment: Moment): AppliedChange;
  /** A heartbeat: the lease is given another term. */
  heard(entry: Entry, moment: Moment): void;
  /**
   * What else this process has learned of an instance; `renewedAt` (monotonic) also renews its lease. One that is
   * lapsing is not found by `lapsed` again: its probe decides.
   */
  touch(entry: Entry, contact: Contact, renewedAt?: number): void;
  /** Up to `limit` instances whose lease has ended, longest ago first. */
  lapsed(now: number, limit: number): readonly Entry[];
  /** When its lease ends, or has ended, monotonic milliseconds; `undefined` without a lease. */
  leaseEndsAt(entry: Entry): number | undefined;
  /** Whether it has not been heard from for more than half of its lease. One without a lease never is. */
  isSilent(entry: Entry, now: number): boolean;
  /** When the next lease ends, monotonic milliseconds. */
  nextLapseAt(): number | undefined;
}

export interface CatalogOptions {
  /** Services without an instance whose revision is remembered; a forgotten one's watchers start over. */
  readonly maxVacantServices: number;
}

/** Only the catalog may write to an entry. */
interface ListedEntry extends Entry {
  record: InstanceRecord;
  contact: Contact;
  heardAt: number;
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
  let { revision } = stored;

  for (const service of stored.services) {
    const { serviceName, records } = service;
    for (const record of records) list(record, moment);
    claims.restore(serviceName, service.claims, records);
    overrides.restore(serviceName, service.overrides, records);
    rosters.open(serviceName).changedAt(service.revision);
    rosters.settle(serviceName);
  }

  return {
    catalogId: stored.catalogId,
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
    apply,
    heard(entry, at) {
      const own = mine(entry);
      own.heardAt = at.epochMs;
      leases.renew(own, at.now);
    },
    touch(entry, contact, renewedAt) {
      const own = mine(entry);
      own.contact = contact;
      if (renewedAt !== undefined) leases.renew(own, renewedAt);
      else if (contact.lapsing) leases.suspend(own);
    },
    lapsed: (now, limit) => leases.lapsed(now, limit).map(({ holder }) => holder),
    leaseEndsAt: (entry) => (isListed(entry) ? leases.endsAt(mine(entry)) : undefined),
    isSilent: (entry, now) => isListed(entry) && leases.isSilent(mine(entry), now),
    nextLapseAt: () => leases.nextEndsAt(),
  };

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
    const entry = { record, contact: FRESH_CONTACT, heardAt: at.epochMs };
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

  function mine(entry: Entry): ListedEntry {
    const own = listed(entry);
    if (own !== entry) throw new Error(`${entry.record.instanceId} is not listed any more`);
    return own;
  }
}
