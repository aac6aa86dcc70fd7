import type { Entry } from './entry';
import { createRoster, type Roster } from './roster';
import type { StandingClaim } from './routes/path-claim';

/**
 * The rosters by service name. One whose last instance has gone is kept for a while, because its revision is what
 * the next change of that name follows on, for whoever watches it; a bounded number of them, because names are
 * the callers' to choose.
 */
export interface RosterBook<E extends Entry> {
  /** Services with an instance. */
  readonly occupied: number;
  find(serviceName: string): Roster<E> | undefined;
  /** The roster of that name, begun if need be. `settle` must follow. */
  open(serviceName: string): Roster<E>;
  /** Has to be called after a change: notes whether the service is empty, and forgets those that are empty longest. */
  settle(serviceName: string): void;
  all(): Iterable<Roster<E>>;
  /** Forgets every service. None has an instance. */
  clear(): void;
}

export interface RosterBookOptions {
  readonly maxVacantServices: number;
  /** A service that holds a path is not forgotten: readers need its claims. */
  readonly claimsOf: (serviceName: string) => readonly StandingClaim[];
  /** Nor is one that an instance may come back to, out of service. */
  readonly hasOverrides: (serviceName: string) => boolean;
}

export function createRosterBook<E extends Entry>(options: RosterBookOptions): RosterBook<E> {
  // Maps, not objects: "__proto__" and "constructor" are good service names.
  const rosters = new Map<string, Roster<E>>();
  const vacant = new Set<string>();
  /** Vacant as well, but not to be forgotten. */
  const holders = new Set<string>();

  return {
    get occupied() {
      return rosters.size - vacant.size - holders.size;
    },
    find: (serviceName) => rosters.get(serviceName),
    open(serviceName) {
      const known = rosters.get(serviceName);
      if (known !== undefined) return known;
      const roster = createRoster<E>(serviceName, options.claimsOf);
      rosters.set(serviceName, roster);
      return roster;
    },
    settle(serviceName) {
      vacant.delete(serviceName);
      holders.delete(serviceName);
      if (rosters.get(serviceName)?.size !== 0) return;
      if (options.claimsOf(serviceName).length > 0 || options.hasOverrides(serviceName)) {
        holders.add(serviceName);
        return;
      }
      vacant.add(serviceName);
      if (vacant.size <= options.maxVacantServices) return;
      for (const longestVacant of vacant) {
        vacant.delete(longestVacant);
        rosters.delete(longestVacant);
        break;
      }
    },
    all: () => rosters.values(),
    clear() {
      for (const services of [rosters, vacant, holders]) services.clear();
    },
  };
}
