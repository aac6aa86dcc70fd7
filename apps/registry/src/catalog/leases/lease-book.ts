import {
  createLeaseQueue,
  isSilent,
  leaseEndsAt,
  type Lease,
  type LeaseQueue,
  type QueuedLease,
} from './lease-queue';

/** Every lease there is, by who holds it: instances. All times are monotonic milliseconds and never go back. */
export interface LeaseBook<K = string> {
  readonly size: number;
  /** Begins a lease, in place of the one that the instance may have had. */
  begin(holder: K, ttlMs: number, now: number): void;
  /** Another term from now on. Nothing happens for an instance without a lease. */
  renew(holder: K, now: number): void;
  /** The same for several, each from its moment on, not long ago; one that has been renewed since stays as it is. */
  renewAt(renewals: readonly { readonly holder: K; readonly at: number }[]): void;
  /** Another term for every lease there is. */
  renewAll(now: number): void;
  end(holder: K): void;
  /** Sets aside a lease that has ended, until it is renewed: a probe decides about its instance. */
  suspend(holder: K): void;
  /** When it ends, or has ended, if nothing renews it. */
  endsAt(holder: K): number | undefined;
  /** Whether nothing was heard for more than half of the lease. */
  isSilent(holder: K, now: number): boolean;
  /** Up to `limit` leases that have ended, longest first; they stay in the book until they are ended. */
  lapsed(now: number, limit: number): readonly Lease<K>[];
  /** When the next lease ends, if nothing renews it. */
  nextEndsAt(): number | undefined;
}

/** Work in it is proportional to what lapses, and to how many different ttls there are (one or two, as a rule). */
export function createLeaseBook<K = string>(): LeaseBook<K> {
  const leases = new Map<K, QueuedLease<K>>();
  const queues = new Map<number, LeaseQueue<K>>();
  /** In no queue, or they would be found again and again until their probe is back. */
  const suspended = new Set<QueuedLease<K>>();

  function queueOf(ttlMs: number): LeaseQueue<K> {
    const known = queues.get(ttlMs);
    if (known !== undefined) return known;
    const queue = createLeaseQueue<K>();
    queues.set(ttlMs, queue);
    return queue;
  }

  function takeOut(lease: QueuedLease<K>): void {
    if (!suspended.delete(lease)) queueOf(lease.ttlMs).remove(lease);
  }

  function end(holder: K): void {
    const lease = leases.get(holder);
    if (lease === undefined) return;
    leases.delete(holder);
    takeOut(lease);
    if (queueOf(lease.ttlMs).size === 0) queues.delete(lease.ttlMs);
  }

  return {
    get size() {
      return leases.size;
    },
    begin(holder, ttlMs, now) {
      end(holder);
      const lease: QueuedLease<K> = { holder, ttlMs, renewedAt: now, previous: undefined, next: undefined };
      leases.set(holder, lease);
      queueOf(ttlMs).append(lease);
    },
    renew(holder, now) {
      const lease = leases.get(holder);
      if (lease === undefined) return;
      takeOut(lease);
      lease.renewedAt = now;
      queueOf(lease.ttlMs).append(lease);
    },
    renewAt(renewals) {
      const byTtl = new Map<number, Set<QueuedLease<K>>>();
      for (const { holder, at } of renewals) {
        const lease = leases.get(holder);
        if (lease === undefined || lease.renewedAt >= at) continue;
        const group = byTtl.get(lease.ttlMs) ?? new Set();
        byTtl.set(lease.ttlMs, group);
        if (!group.has(lease)) takeOut(lease);
        group.add(lease);
        lease.renewedAt = at;
      }
      for (const [ttlMs, group] of byTtl) queueOf(ttlMs).merge(group);
    },
    renewAll(now) {
      for (const lease of leases.values()) {
        takeOut(lease);
        lease.renewedAt = now;
        queueOf(lease.ttlMs).append(lease);
      }
    },
    end,
    suspend(holder) {
      const lease = leases.get(holder);
      if (lease === undefined || suspended.has(lease)) return;
      takeOut(lease);
      suspended.add(lease);
    },
    endsAt(holder) {
      const lease = leases.get(holder);
      return lease && leaseEndsAt(lease);
    },
    isSilent(holder, now) {
      const lease = leases.get(holder);
      return lease !== undefined && isSilent(lease, now);
    },
    lapsed(now, limit) {
      const ended: Lease<K>[] = [];
      for (const queue of queues.values()) {
        let lease = queue.first();
        while (lease !== undefined && ended.length < limit && leaseEndsAt(lease) <= now) {
          ended.push(lease);
          lease = lease.next;
        }
      }
      return ended.sort((a, b) => leaseEndsAt(a) - leaseEndsAt(b));
    },
    nextEndsAt() {
      let earliest: number | undefined;
      for (const queue of queues.values()) {
        const lease = queue.first();
        if (lease === undefined) continue;
        const endsAt = leaseEndsAt(lease);
        if (earliest === undefined || endsAt < earliest) earliest = endsAt;
      }
      return earliest;
    },
  };
}
