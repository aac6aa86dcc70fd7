import {
  createLeaseQueue,
  isSilent,
  leaseEndsAt,
  type Lease,
  type LeaseQueue,
  type QueuedLease,
} from './lease-queue';

/** Every lease there is, by instance. All times are monotonic milliseconds and never go back. */
export interface LeaseBook {
  readonly size: number;
  /** Begins a lease, in place of the one that the instance may have had. */
  begin(instanceId: string, ttlMs: number, now: number): void;
  /** Another term from now on. Nothing happens for an instance without a lease. */
  renew(instanceId: string, now: number): void;
  end(instanceId: string): void;
  /** It has ended and a probe decides what becomes of it: nobody needs to look at it before it is renewed. */
  suspend(instanceId: string): void;
  /** When it ends, or has ended, if nothing renews it. */
  endsAt(instanceId: string): number | undefined;
  /** Whether nothing was heard for more than half of the lease. */
  isSilent(instanceId: string, now: number): boolean;
  /** Up to `limit` leases that have ended, longest first; they stay in the book until somebody ends them. */
  lapsed(now: number, limit: number): readonly Lease[];
  /** When the next lease ends, if nothing renews it. */
  nextEndsAt(): number | undefined;
}

/** Work in it is proportional to what lapses, and to how many different ttls there are (one or two, as a rule). */
export function createLeaseBook(): LeaseBook {
  const leases = new Map<string, QueuedLease>();
  const queues = new Map<number, LeaseQueue>();
  /** In no queue, or they would be found again and again until their probe is back. */
  const suspended = new Set<QueuedLease>();

  function queueOf(ttlMs: number): LeaseQueue {
    const known = queues.get(ttlMs);
    if (known !== undefined) return known;
    const queue = createLeaseQueue();
    queues.set(ttlMs, queue);
    return queue;
  }

  function takeOut(lease: QueuedLease): void {
    if (!suspended.delete(lease)) queueOf(lease.ttlMs).remove(lease);
  }

  function end(instanceId: string): void {
    const lease = leases.get(instanceId);
    if (lease === undefined) return;
    leases.delete(instanceId);
    takeOut(lease);
    if (queueOf(lease.ttlMs).size === 0) queues.delete(lease.ttlMs);
  }

  return {
    get size() {
      return leases.size;
    },
    begin(instanceId, ttlMs, now) {
      end(instanceId);
      const lease = { instanceId, ttlMs, renewedAt: now, previous: undefined, next: undefined };
      leases.set(instanceId, lease);
      queueOf(ttlMs).append(lease);
    },
    renew(instanceId, now) {
      const lease = leases.get(instanceId);
      if (lease === undefined) return;
      takeOut(lease);
      lease.renewedAt = now;
      queueOf(lease.ttlMs).append(lease);
    },
    end,
    suspend(instanceId) {
      const lease = leases.get(instanceId);
      if (lease === undefined || suspended.has(lease)) return;
      takeOut(lease);
      suspended.add(lease);
    },
    endsAt(instanceId) {
      const lease = leases.get(instanceId);
      return lease && leaseEndsAt(lease);
    },
    isSilent(instanceId, now) {
      const lease = leases.get(instanceId);
      return lease !== undefined && isSilent(lease, now);
    },
    lapsed(now, limit) {
      const ended: Lease[] = [];
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
