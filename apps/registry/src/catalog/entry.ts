import type { Contact } from './instance/contact';
import type { InstanceRecord } from './instance/instance-record';
import type { Incarnation } from './instance/transition';

/** A listed instance: what is committed of it, and what this process has heard of it. The catalog alone changes it. */
export interface Entry {
  readonly record: InstanceRecord;
  readonly contact: Contact;
  /** The last heartbeat, epoch milliseconds. For people and the wire; leases count in monotonic time. */
  readonly heardAt: number;
  /** Who was sent that heartbeat: this process, or another replica; `undefined` before the first one that is known here. */
  readonly heardBy: HeardBy | undefined;
}

export type HeardBy = 'here' | { readonly replicaId: string };

/** The state table's view of an entry. */
export function incarnationOf({ record, contact }: Entry): Incarnation {
  return { leased: record.registration.ttlSeconds > 0, standing: record.standing, contact };
}
