import type { Catalog } from '../catalog/catalog';
import type { Entry } from '../catalog/entry';

/** The sessions that instances have at other replicas, as those tell of them. Instances that are not listed are left out. */
export interface SessionsElsewhere {
  /** The replica at which the instance has its session. */
  at(entry: Entry): string | undefined;
  /** A replica tells that one has been opened there. */
  opened(entry: Entry | undefined, replicaId: string): void;
  /** A replica tells that one has ended there. */
  closed(entry: Entry | undefined, replicaId: string): void;
  /** A change tells that one has ended, wherever it was. */
  ended(entry: Entry | undefined): void;
  /** A replica has gone, and its sessions with it: of these instances. */
  gone(replicaId: string): readonly Entry[];
  /** The instance has its session here, or is not listed any more. */
  forget(entry: Entry | undefined): void;
}

export interface SessionsElsewhereOptions {
  readonly catalog: Pick<Catalog, 'isListed' | 'touch'>;
  /** The sessions that are open here. */
  readonly sessions: {
    isOpen(entry: Entry): boolean;
    /** The instance has opened another one at another replica. */
    supersede(entry: Entry): void;
  };
}

export function createSessionsElsewhere({ catalog, sessions }: SessionsElsewhereOptions): SessionsElsewhere {
  const replicas = new Map<Entry, string>();

  function closed(entry: Entry | undefined, replicaId: string): void {
    if (entry !== undefined && replicas.get(entry) === replicaId) ended(entry);
  }

  function ended(entry: Entry | undefined): void {
    if (entry === undefined || sessions.isOpen(entry)) return;
    replicas.delete(entry);
    if (catalog.isListed(entry) && entry.contact.session !== 'lost')
      catalog.touch(entry, { ...entry.contact, session: 'lost', failedProbes: 0 });
  }

  return {
    at: (entry) => replicas.get(entry),
    opened(entry, replicaId) {
      if (entry === undefined || replicas.get(entry) === replicaId) return;
      replicas.set(entry, replicaId);
      sessions.supersede(entry);
      catalog.touch(entry, { ...entry.contact, session: 'open', failedProbes: 0 });
    },
    closed,
    ended,
    gone(replicaId) {
      const lost = Array.from(replicas, ([entry, at]) => (at === replicaId ? [entry] : [])).flat();
      for (const entry of lost) closed(entry, replicaId);
      return lost;
    },
    forget(entry) {
      if (entry !== undefined) replicas.delete(entry);
    },
  };
}
