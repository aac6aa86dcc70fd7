import type { Entry, HeardBy } from '../entry';
import type { Contact } from '../instance/contact';
import type { Moment } from '../moment';
import type { LeaseBook } from './lease-book';

/** What is heard of listed instances, and when their leases end. Known to this process alone; it raises no revision. */
export interface CatalogLeases {
  /** A heartbeat: the lease is given another term. */
  heard(entry: Entry, moment: Moment): void;
  /** Heartbeats that another replica was sent, at those moments. A later one that is known already stands. */
  heardElsewhere(replicaId: string, heartbeats: readonly Heartbeat[]): void;
  /** Gives every lease another term from now on. */
  renewAll(now: number): void;
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

export interface Heartbeat {
  readonly entry: Entry;
  readonly at: Moment;
}

/** What of an entry the leases write to. */
export interface HeardEntry extends Entry {
  contact: Contact;
  heardAt: number;
  heardBy: HeardBy | undefined;
}

/** @param own the entry as the catalog has it; `undefined` when that incarnation is not listed any more */
export function createCatalogLeases<E extends HeardEntry>(
  leases: LeaseBook<E>,
  own: (entry: Entry) => E | undefined,
): CatalogLeases {
  return {
    heard(entry, at) {
      const heard = listed(entry);
      heard.heardAt = at.epochMs;
      heard.heardBy = 'here';
      leases.renew(heard, at.now);
    },
    heardElsewhere(replicaId, heartbeats) {
      const heardBy = { replicaId };
      const renewals = heartbeats.flatMap(({ entry, at }) => {
        const holder = own(entry);
        const endsAt = holder && leases.endsAt(holder);
        if (holder === undefined || endsAt === undefined) return [];
        // What has been known before says nothing new of one whose lease has ended meanwhile.
        if (at.now + holder.record.registration.ttlSeconds * 1000 <= endsAt) return [];
        holder.heardAt = Math.max(holder.heardAt, at.epochMs);
        holder.heardBy = heardBy;
        if (holder.contact.lapsing) holder.contact = { ...holder.contact, lapsing: false };
        return { holder, at: at.now };
      });
      leases.renewAt(renewals);
    },
    renewAll: (now) => leases.renewAll(now),
    touch(entry, contact, renewedAt) {
      const touched = listed(entry);
      touched.contact = contact;
      if (renewedAt !== undefined) leases.renew(touched, renewedAt);
      else if (contact.lapsing) leases.suspend(touched);
    },
    lapsed: (now, limit) => leases.lapsed(now, limit).map(({ holder }) => holder),
    leaseEndsAt(entry) {
      const holder = own(entry);
      return holder && leases.endsAt(holder);
    },
    isSilent(entry, now) {
      const holder = own(entry);
      return holder !== undefined && leases.isSilent(holder, now);
    },
    nextLapseAt: () => leases.nextEndsAt(),
  };

  function listed(entry: Entry): E {
    const holder = own(entry);
    if (holder === undefined) throw new Error(`${entry.record.instanceId} is not listed any more`);
    return holder;
  }
}
