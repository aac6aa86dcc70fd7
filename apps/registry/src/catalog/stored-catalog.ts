import type { CommittedChange } from './changes/change';
import type { InstanceRecord } from './instance/instance-record';
import type { KeptOverride } from './overrides/kept-override';
import type { StandingClaim } from './routes/path-claim';

/** What a store has kept of a catalog. */
export interface StoredCatalog {
  /** Identity of the revisions: it changes when they start anew. */
  readonly catalogId: string;
  /**
   * When it began, epoch milliseconds, with nothing known, or not everything. For one lease from then on, whoever is
   * not listed may be out there all the same.
   */
  readonly begunAt: number;
  /** The revision of `services`. */
  readonly revision: number;
  /** Every service there is a revision of, those without an instance included. */
  readonly services: readonly StoredService[];
  /** The latest changes, which follow on `services`: watchers who were away while they happened go on from them. */
  readonly recent: readonly CommittedChange[];
}

export interface StoredService {
  readonly serviceName: string;
  readonly revision: number;
  readonly records: readonly InstanceRecord[];
  /** The paths that it holds. */
  readonly claims: readonly StandingClaim[];
  /** Those in force, of instances that are gone too. */
  readonly overrides: readonly KeptOverride[];
}
