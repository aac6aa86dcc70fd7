import type { InstanceRecord } from './instance/instance-record';

/** What a store has kept of a catalog. */
export interface StoredCatalog {
  /** Identity of the revisions: it changes when they start anew. */
  readonly catalogId: string;
  readonly revision: number;
  /** Every service there is a revision of, those without an instance included. */
  readonly services: readonly StoredService[];
  /** Nothing was kept: whoever is out there has not been heard from yet. */
  readonly startedEmpty: boolean;
}

export interface StoredService {
  readonly serviceName: string;
  readonly revision: number;
  readonly records: readonly InstanceRecord[];
}
