import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';

/**
 * Instances whose session went down with its replica, until they are heard from again: most are alive, and go on at
 * another replica within moments. Nobody has seen their sessions end. All times are monotonic milliseconds.
 */
export interface MissingInstances {
  /**
   * Gives every lease another term, as what a replica has heard may never be told here. Whoever was missing has the
   * whole time to come back once more.
   *
   * @param lost had their session at a replica that was lost just now
   */
  renewAll(now: number, lost?: readonly Entry[]): void;
  /** Those who have had the time to come back and have not. Each is answered once. */
  overdue(now: number): readonly Entry[];
  /** Whether neither a heartbeat nor a session of that instance has been heard of since. */
  isMissing(entry: Entry): boolean;
  /** Forgets those who have come back, or are gone. */
  sweep(): void;
}

/** Too low: instances that are about to come back are probed for nothing. Too high: dead ones are listed longer. */
const TIME_TO_COME_BACK_MS = 5000;

interface Absence {
  /** Any heartbeat puts it off, wherever it was sent, so heartbeats need not be told of here. */
  readonly leaseEndsAt: number;
  readonly since: number;
  wasAnswered: boolean;
}

export function createMissingInstances(
  catalog: Pick<Catalog, 'isListed' | 'leaseEndsAt' | 'renewAll'>,
): MissingInstances {
  const absences = new Map<Entry, Absence>();

  return {
    renewAll(now, lost = []) {
      sweep();
      const missing = [...absences.keys(), ...lost];
      catalog.renewAll(now);
      for (const entry of missing) {
        const leaseEndsAt = catalog.leaseEndsAt(entry);
        // One without a lease is probed by the clock all its life.
        if (leaseEndsAt !== undefined) absences.set(entry, { leaseEndsAt, since: now, wasAnswered: false });
      }
    },
    overdue(now) {
      sweep();
      const overdue: Entry[] = [];
      for (const [entry, absence] of absences) {
        if (absence.wasAnswered || now - absence.since < TIME_TO_COME_BACK_MS) continue;
        absence.wasAnswered = true;
        overdue.push(entry);
      }
      return overdue;
    },
    isMissing,
    sweep,
  };

  function sweep(): void {
    for (const entry of absences.keys()) if (!isMissing(entry)) absences.delete(entry);
  }

  function isMissing(entry: Entry): boolean {
    const absence = absences.get(entry);
    return (
      absence !== undefined &&
      catalog.isListed(entry) &&
      entry.contact.session === 'lost' &&
      catalog.leaseEndsAt(entry) === absence.leaseEndsAt
    );
  }
}
