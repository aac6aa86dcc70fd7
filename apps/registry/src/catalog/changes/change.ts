import type { CatalogEventType } from '@rollcall/contracts';
import type { InstanceRecord } from '../instance/instance-record';
import type { KeptOverride } from '../overrides/kept-override';
import type { PathClaim, PathKey, StandingClaim } from '../routes/path-claim';

/** A record as decided: its revision, and the epoch of an incarnation that begins with it, come with the commit. */
export interface ProposedRecord extends Omit<InstanceRecord, 'epoch' | 'revision'> {
  readonly epoch: number | 'begins';
}

/** Who did what to which instance and why, for the history. */
export interface Note {
  readonly type: Exclude<CatalogEventType, 'address_taken' | 'id_taken'>;
  readonly instanceId: string;
  readonly url: string;
  /** `registry`, or a caller's identity. */
  readonly actor: string;
  readonly reason: string;
}

/** A change to the catalog as it was decided: one service, one revision, whole or not at all. */
export interface ProposedChange {
  readonly serviceName: string;
  /** When it was decided, epoch milliseconds. */
  readonly at: number;
  readonly put: readonly ProposedRecord[];
  /** Ids of instances that go. */
  readonly remove: readonly string[];
  /** Paths that the service is given. */
  readonly claims?: readonly PathClaim[];
  /** Paths that it has no more, unless an instance announces them by then. */
  readonly released?: readonly PathKey[];
  /** All of the service's overrides from now on, where the change makes them others. */
  readonly overrides?: readonly KeptOverride[];
  readonly notes: readonly Note[];
}

/** A change that is final. Changes are applied in the order of their revisions. */
export interface CommittedChange extends Omit<ProposedChange, 'put'> {
  readonly revision: number;
  readonly put: readonly InstanceRecord[];
  /** Id of the replica that made it; absent in a registry with a store of its own. */
  readonly replica?: string;
}

/** A committed change with what it follows on. */
export interface AppliedChange extends CommittedChange {
  /** The service's revision before it. */
  readonly prevRevision: number;
  /** The paths that the service holds, where this change makes them others. */
  readonly claimsNow?: readonly StandingClaim[];
}

/** The change as it stands once the store has given it its revision. */
export function committed(change: ProposedChange, revision: number, replica?: string): CommittedChange {
  const put = change.put.map((record) => ({
    ...record,
    epoch: record.epoch === 'begins' ? revision : record.epoch,
    revision,
  }));
  return { ...change, put, revision, ...(replica !== undefined && { replica }) };
}
