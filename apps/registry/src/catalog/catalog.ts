import type { CommittedChange } from './changes/change';
import type { Entry } from './entry';
import { FRESH_CONTACT, type Contact } from './instance/contact';
import type { InstanceRecord } from './instance/instance-record';
import { createLeaseBook } from './leases/lease-book';
import type { Moment } from './moment';
import { createRosterBook } from './roster-book';
import type { ServiceSnapshot } from './roster';
import type { StoredCatalog } from './stored-catalog';

/** A committed change with what it follows on. */
export interface AppliedChange extends CommittedChange {
  /** The service's revision before it. */
  readonly prevRevision: number;
}

/**
 * The registry's state: who is listed, and what was heard of them. Committed facts change by `apply` alone, one
 * revision after the other; what only this process knows (heartbeats, sessions, probes) changes by `heard` and
 * `touch`, and raises no revision. It decides nothing: decisions read it, and the store commits them.
 */
export interface Catalog {
  readonly catalogId: string;
  readonly revision: number;
  readonly instanceCount: number;
  /** Services with an instance. */
  readonly serviceCount: number;
  entry(instanceId: string): Entry | undefined;
  entryAt(serviceName: string, url: string): Entry | undefined;
  service(serviceName: string): ServiceSnapshot;
  /** Everybody listed under that name, with what was heard of them. To be read in the same turn. */
  entriesOf(serviceName: string): Iterable<Entry>;
  /** Number of instances of the service. */
  sizeOf(serviceName: string): number;
  /** Whether the service has an instance. */
  hasInstances(serviceName: string): boolean;
  /** Every service that has a revision; those whose last instance has gone are forgotten in time. */
  services(): readonly ServiceSnapshot[];
  /** Last heartbeat of that life, epoch milliseconds. */
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

/** @param moment everybody in the stored catalog counts as heard from at that moment, or a restart would evict them */
export function createCatalog(stored: StoredCatalog, moment: Moment, options: CatalogOptions): Catalog {
  const entries = new Map<string, ListedEntry>();
  const rosters = createRosterBook<ListedEntry>(options);
  const leases = createLeaseBook();
  let { revision } = stored;

  for (const service of stored.services) {
    for (const record of service.records) list(record, moment);
    rosters.open(service.serviceName).changedAt(service.revision);
    rosters.settle(service.serviceName);
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
    entry: (instanceId) => entries.get(instanceId),
    entryAt: (serviceName, url) => rosters.find(serviceName)?.at(url),
    service: (serviceName) =>
      rosters.find(serviceName)?.snapshot() ?? { serviceName, revision: 0, records: [] },
    entriesOf: (serviceName) => rosters.find(serviceName)?.entries() ?? [],
    sizeOf: (serviceName) => rosters.find(serviceName)?.size ?? 0,
    hasInstances: (serviceName) => (rosters.find(serviceName)?.size ?? 0) > 0,
    services: () => Array.from(rosters.all(), (roster) => roster.snapshot()),
    heardAt(record) {
      const entry = entries.get(record.instanceId);
      return entry?.record.epoch === record.epoch ? entry.heardAt : record.registeredAt;
    },
    apply,
    heard(entry, at) {
      mine(entry).heardAt = at.epochMs;
      leases.renew(entry.record.instanceId, at.now);
    },
    touch(entry, contact, renewedAt) {
      mine(entry).contact = contact;
      if (renewedAt !== undefined) leases.renew(entry.record.instanceId, renewedAt);
      else if (contact.lapsing) leases.suspend(entry.record.instanceId);
    },
    lapsed: (now, limit) =>
      leases.lapsed(now, limit).flatMap(({ instanceId }) => entries.get(instanceId) ?? []),
    leaseEndsAt: (entry) => leases.endsAt(entry.record.instanceId),
    isSilent: (entry, now) => leases.isSilent(entry.record.instanceId, now),
    nextLapseAt: () => leases.nextEndsAt(),
  };

  function apply(change: CommittedChange, at: Moment): AppliedChange {
    if (change.revision <= revision)
      throw new Error(`revision ${change.revision} does not follow on ${revision}`);
    const roster = rosters.open(change.serviceName);
    const prevRevision = roster.revision;
    for (const instanceId of change.remove) delist(instanceId);
    for (const record of change.put) {
      const entry = entries.get(record.instanceId);
      if (entry?.record.epoch === record.epoch) entry.record = record;
      else list(record, at);
    }
    roster.changedAt(change.revision);
    rosters.settle(change.serviceName);
    revision = change.revision;
    return { ...change, prevRevision };
  }

  function list(record: InstanceRecord, at: Moment): void {
    const { serviceName, url, ttlSeconds } = record.registration;
    const roster = rosters.open(serviceName);
    const sameAddress = roster.at(url);
    if (sameAddress !== undefined) delist(sameAddress.record.instanceId);
    delist(record.instanceId);
    const entry = { record, contact: FRESH_CONTACT, heardAt: at.epochMs };
    entries.set(record.instanceId, entry);
    roster.put(entry);
    if (ttlSeconds > 0) leases.begin(record.instanceId, ttlSeconds * 1000, at.now);
  }

  function delist(instanceId: string): void {
    const entry = entries.get(instanceId);
    if (entry === undefined) return;
    const { serviceName, url } = entry.record.registration;
    entries.delete(instanceId);
    rosters.open(serviceName).remove(url);
    leases.end(instanceId);
  }

  function mine(entry: Entry): ListedEntry {
    const listed = entries.get(entry.record.instanceId);
    if (listed !== entry) throw new Error(`${entry.record.instanceId} is not listed any more`);
    return listed;
  }
}
