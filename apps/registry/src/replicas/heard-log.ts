import type { HeardReport } from '../ports/replica-group';

/** What this replica has heard from instances, until the others know of it. Times are monotonic milliseconds. */
export interface HeardLog {
  /** A heartbeat of that incarnation. On the way of every heartbeat, so it costs as little as can be. */
  heard(epoch: number, now: number): void;
  session(epoch: number, what: 'opened' | 'closed'): void;
  /**
   * Everything since the last report that was committed.
   *
   * @param open epochs of all open sessions, when they are to be told once more
   */
  compose(moment: { readonly now: number; readonly seen: number }, open: Iterable<number>): HeardReport;
  /** The report that was composed last is known to the others. */
  committed(): void;
}

export function createHeardLog(): HeardLog {
  let heardAt = new Map<number, number>();
  let sessions = new Map<number, 'opened' | 'closed'>();
  /** What is in the report that was composed last, until it has been committed. */
  let reported = { heardAt: new Map<number, number>(), sessions: new Map<number, 'opened' | 'closed'>() };

  return {
    heard: (epoch, now) => void heardAt.set(epoch, now),
    session: (epoch, what) => void sessions.set(epoch, what),
    compose({ now, seen }, open) {
      // Earlier ones first: what is newer stands.
      reported = {
        heardAt: joined(reported.heardAt, heardAt),
        sessions: joined(reported.sessions, sessions),
      };
      heardAt = new Map();
      sessions = new Map();
      const opened = new Set(open);
      const closed: number[] = [];
      for (const [epoch, what] of reported.sessions)
        if (what === 'opened') opened.add(epoch);
        else if (!opened.has(epoch)) closed.push(epoch);
      return {
        seen,
        heard: Array.from(reported.heardAt, ([epoch, at]) => ({ epoch, agoMs: now - at })),
        opened: [...opened],
        closed,
      };
    },
    committed() {
      reported = { heardAt: new Map(), sessions: new Map() };
    },
  };
}

function joined<V>(earlier: Map<number, V>, later: ReadonlyMap<number, V>): Map<number, V> {
  for (const [key, value] of later) earlier.set(key, value);
  return earlier;
}
