import { EtcdError, type CallOptions } from '@rollcall/etcd-client';
import type { Replica } from '../../ports/replica-group';
import type { EtcdKeys } from './etcd-keys';
import type { EtcdLink } from './etcd-link';
import { replicaValue } from './replica-values';

/** The key of this replica and its lease: while they are there, the others count it in. */
export interface Membership {
  /** Absent before it entered, and after the lease was lost. */
  readonly lease: string | undefined;
  /** @throws EtcdError */
  enter(): Promise<void>;
  /** Puts the report and keeps the lease alive; enters again if it has ended. @returns the revision. @throws EtcdError */
  report(value: Uint8Array): Promise<number>;
  /** Whether etcd says that the lease goes on. A leader that was deposed says so, too. */
  keepAlive(): Promise<boolean>;
  /** @param how.orderly whether the others are told that nothing was lost. @throws EtcdError */
  leave(how: { readonly orderly: boolean }): Promise<void>;
}

export interface MembershipOptions {
  readonly replicaId: string;
  readonly self: Replica;
  readonly keys: EtcdKeys;
  readonly link: EtcdLink;
  /** What was put under the lease before has ended with it. */
  readonly onEntered: () => void;
  readonly onLost: () => void;
}

/**
 * After so long without a keep-alive the others count this replica out. Shorter: an election of etcd's, 1 to 3 s, costs a
 * replica its lease. Longer: the instances of one that was killed are looked after later.
 */
const LEASE_SECONDS = 10;
/** Two reports in a row that are late move us to another endpoint. */
const REPORT_CALL: CallOptions = { deadlineMs: 1000, heartbeat: true };
export const SHORT_CALL: CallOptions = { deadlineMs: 1000 };

export function createMembership({
  replicaId,
  self,
  keys,
  link,
  onEntered,
  onLost,
}: MembershipOptions): Membership {
  let lease: string | undefined;

  async function enter(call: CallOptions): Promise<string> {
    const { id } = await link.client.grantLease(LEASE_SECONDS, call);
    await link.client.put(keys.replica(replicaId), replicaValue(self), { ...call, lease: id });
    lease = id;
    onEntered();
    return id;
  }

  function put(value: Uint8Array, under: string): Promise<number> {
    return link.client.put(keys.heard(replicaId), value, { ...REPORT_CALL, lease: under });
  }

  async function keepAlive(): Promise<boolean> {
    if (lease === undefined) return false;
    const state = await link.client.keepLeaseAlive(lease, SHORT_CALL).catch(() => undefined);
    return state?.kind === 'alive';
  }

  return {
    get lease() {
      return lease;
    },
    async enter() {
      // A registry that starts waits for as long as an election takes.
      await enter({});
    },
    async report(value) {
      if (lease !== undefined)
        try {
          const [revision] = await Promise.all([put(value, lease), keepAlive()]);
          return revision;
        } catch (error) {
          if (!(error instanceof EtcdError && error.kind === 'lease_not_found')) throw error;
          lease = undefined;
          onLost();
        }
      return await put(value, await enter(SHORT_CALL));
    },
    keepAlive,
    async leave({ orderly }) {
      const id = lease;
      if (id === undefined) return;
      lease = undefined;
      if (orderly) {
        const leaving = replicaValue({ ...self, leaving: true });
        await link.client.put(keys.replica(replicaId), leaving, { ...SHORT_CALL, lease: id });
      }
      await link.client.revokeLease(id, SHORT_CALL);
    },
  };
}
