/** A claim that is renewed by heartbeats. Facts only: when it ends is derived, by `leaseEndsAt`. */
export interface Lease<K = string> {
  readonly holder: K;
  readonly ttlMs: number;
  /** Monotonic milliseconds. */
  readonly renewedAt: number;
}

/** The moment from which on the lease has ended: exactly one ttl after its renewal, not sooner and not later. */
export function leaseEndsAt(lease: Lease<unknown>): number {
  return lease.renewedAt + lease.ttlMs;
}

/** Longer than an instance that beats as it is told to is ever silent, and well before its lease ends. */
const SILENCE = 1 / 2;

/** Whether nothing was heard for so much of the lease that it may be about to end. */
export function isSilent(lease: Lease<unknown>, now: number): boolean {
  return lease.renewedAt + lease.ttlMs * SILENCE <= now;
}

/** A lease and its neighbours; only its queue changes it. */
export interface QueuedLease<K = string> extends Lease<K> {
  renewedAt: number;
  previous: QueuedLease<K> | undefined;
  next: QueuedLease<K> | undefined;
}

/**
 * Leases of one ttl in the order in which they end. Time is monotonic, so a renewed lease goes to the end
 * of the queue: a doubly linked list keeps the order at constant cost per heartbeat, and it is never necessary to
 * look at the leases that are far from ending.
 */
export interface LeaseQueue<K = string> {
  readonly size: number;
  /** The one that ends first. */
  first(): QueuedLease<K> | undefined;
  append(lease: QueuedLease<K>): void;
  /** Puts leases in that were renewed a while ago. Costs as much as what has been renewed since the first of them. */
  merge(leases: Iterable<QueuedLease<K>>): void;
  remove(lease: QueuedLease<K>): void;
}

export function createLeaseQueue<K = string>(): LeaseQueue<K> {
  let head: QueuedLease<K> | undefined;
  let tail: QueuedLease<K> | undefined;
  let size = 0;

  return {
    get size() {
      return size;
    },
    first: () => head,
    append: (lease) => insertAfter(tail, lease),
    merge(leases) {
      let before = tail;
      for (const lease of [...leases].sort((one, other) => other.renewedAt - one.renewedAt)) {
        while (before !== undefined && before.renewedAt > lease.renewedAt) before = before.previous;
        insertAfter(before, lease);
      }
    },
    remove(lease) {
      if (lease.previous === undefined) head = lease.next;
      else lease.previous.next = lease.next;
      if (lease.next === undefined) tail = lease.previous;
      else lease.next.previous = lease.previous;
      size -= 1;
    },
  };

  function insertAfter(before: QueuedLease<K> | undefined, lease: QueuedLease<K>): void {
    const after = before === undefined ? head : before.next;
    lease.previous = before;
    lease.next = after;
    if (before === undefined) head = lease;
    else before.next = lease;
    if (after === undefined) tail = lease;
    else after.previous = lease;
    size += 1;
  }
}
