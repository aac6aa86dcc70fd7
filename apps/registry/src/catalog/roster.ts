import type { Entry } from './entry';
import type { InstanceRecord } from './instance/instance-record';
import type { StandingClaim } from './routes/path-claim';

/** One service's full set at a revision, every status included. Immutable. */
export interface ServiceSnapshot {
  readonly serviceName: string;
  /** When the service last changed; 0 for a name without a registration (or one that was forgotten). */
  readonly revision: number;
  /** In the order of registration. */
  readonly records: readonly InstanceRecord[];
  /** The paths that it holds. */
  readonly claims: readonly StandingClaim[];
}

/** The listed instances of one service. */
export interface Roster<E extends Entry> {
  readonly size: number;
  readonly revision: number;
  at(url: string): E | undefined;
  entries(): Iterable<E>;
  put(entry: E): void;
  remove(url: string): void;
  /** Marks the change that the puts and removes before it made up. */
  changedAt(revision: number): void;
  snapshot(): ServiceSnapshot;
}

export function createRoster<E extends Entry>(
  serviceName: string,
  claimsOf: (serviceName: string) => readonly StandingClaim[],
): Roster<E> {
  const entries = new Map<string, E>();
  let revision = 0;
  // Built on demand and kept until the next change: one list for all readers.
  let snapshot: ServiceSnapshot | undefined;

  return {
    get size() {
      return entries.size;
    },
    get revision() {
      return revision;
    },
    at: (url) => entries.get(url),
    entries: () => entries.values(),
    put(entry) {
      entries.set(entry.record.registration.url, entry);
    },
    remove(url) {
      entries.delete(url);
    },
    changedAt(newRevision) {
      revision = newRevision;
      snapshot = undefined;
    },
    snapshot: () =>
      (snapshot ??= {
        serviceName,
        revision,
        records: Array.from(entries.values(), ({ record }) => record),
        claims: claimsOf(serviceName),
      }),
  };
}
