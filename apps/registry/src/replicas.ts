import type { Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import type { Entry } from './catalog/entry';
import type { MassExpiryGuard } from './catalog/guard/mass-expiry-guard';
import type { Clock } from './ports/clock';
import type { HeardReport, ReplicaGroup } from './ports/replica-group';
import { createHeardLog } from './replicas/heard-log';
import { createIncarnationIndex } from './replicas/incarnation-index';
import { createMissingInstances } from './replicas/missing-instances';
import { createSessionsElsewhere, type SessionsElsewhereOptions } from './replicas/sessions-elsewhere';
import { createSilenceRounds } from './replicas/silence-rounds';

/** What the replicas know of an instance, by their ids. */
export interface InstanceReplicas {
  /** That was sent the last heartbeat that is known here. */
  readonly heardBy: string | undefined;
  /** At which its session is open. */
  readonly sessionAt: string | undefined;
}

/** What this replica tells the others of the instances, and what it knows from them. */
export interface Replicas {
  /** An instance has sent this replica a heartbeat. */
  heard(entry: Entry, now: number): void;
  /** A session has been opened here, or has ended here. */
  session(entry: Entry, what: 'opened' | 'closed'): void;
  /** Up to `limit` instances whose lease has ended and that no replica has heard from until then, longest ago first. */
  lapsed(now: number, limit: number): readonly Entry[];
  /** When to ask for them again, monotonic milliseconds, if nothing renews a lease. */
  nextLapseAt(now: number): number | undefined;
  /** Instances whose session went down with its replica and that have not come back in time. Each is answered once. */
  overdue(now: number): readonly Entry[];
  /** Whether an instance whose session went down with its replica has not been heard of since. */
  isMissing(entry: Entry): boolean;
  /** Which replica knows what of it; `undefined` where there is only one. */
  knowing(entry: Entry): InstanceReplicas | undefined;
}

/** The same of a registry among others, with what they have to tell it. */
export interface ReplicasFollowing extends Replicas {
  /** To be told of every change before the catalog applies it. */
  before(change: CommittedChange): void;
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put'>): void;
  /** The report of another replica. */
  told(replicaId: string, report: HeardReport): void;
  /** Another replica has gone. */
  left(replicaId: string, orderly: boolean): void;
  /** Composes the next report; answers what is to be called with the revision at which it was committed. */
  compose(options: { readonly isDeaf: boolean; readonly isFull: boolean }): {
    readonly report: HeardReport;
    committed(revision: number): void;
  };
  /** Heartbeats may have been sent that will never be told of here: every lease is given another term. */
  missedReports(): void;
}

/** Those of a registry that has its store to itself. */
export function createSoleReplica(catalog: Pick<Catalog, 'lapsed' | 'nextLapseAt'>): Replicas {
  return {
    heard: () => undefined,
    session: () => undefined,
    lapsed: (now, limit) => catalog.lapsed(now, limit),
    nextLapseAt: () => catalog.nextLapseAt(),
    overdue: () => [],
    isMissing: () => false,
    knowing: () => undefined,
  };
}

export interface ReplicasOptions {
  readonly group: ReplicaGroup;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly guard: Pick<MassExpiryGuard, 'departed'>;
  /** The sessions that are open here. */
  readonly sessions: SessionsElsewhereOptions['sessions'] & { entries(): Iterable<Entry> };
}

/** How soon it is looked again whether all replicas have reported. */
const LOOK_AGAIN_MS = 200;
/** What the state table says of instances that were evicted because they were not heard of. */
const PRESUMED: ReadonlySet<string> = new Set(['lease_ended', 'timed_out', 'unreachable']);

export function createReplicas(options: ReplicasOptions): ReplicasFollowing {
  const { group, catalog, clock, guard, sessions } = options;
  const log = createHeardLog();
  const rounds = createSilenceRounds<Entry>();
  const incarnations = createIncarnationIndex(catalog);
  const missing = createMissingInstances(catalog);
  /** The revision up to which each of the others has seen everything, as of its latest report. */
  const seen = new Map<string, number>();
  const sessionsElsewhere = createSessionsElsewhere(options);

  return {
    heard: (entry, now) => log.heard(entry.record.epoch, now),
    session(entry, what) {
      if (what === 'opened') sessionsElsewhere.forget(entry);
      log.session(entry.record.epoch, what);
    },
    lapsed(now, limit) {
      rounds.seenByAll(seenByAll());
      return catalog
        .lapsed(now, Infinity)
        .filter((entry) => rounds.isSilent(entry, catalog.leaseEndsAt(entry) ?? now))
        .slice(0, limit);
    },
    nextLapseAt(now) {
      const next = catalog.nextLapseAt();
      return next === undefined || next > now ? next : now + LOOK_AGAIN_MS;
    },
    before({ serviceName, notes, put, remove, revision }) {
      const replaced = put.flatMap(({ instanceId, epoch, registration }) =>
        epoch === revision
          ? [catalog.entry(serviceName, instanceId), catalog.entryAt(serviceName, registration.url)]
          : [],
      );
      const gone = remove.map((instanceId) => catalog.entry(serviceName, instanceId));
      for (const entry of [...replaced, ...gone]) sessionsElsewhere.forget(entry);
      for (const { type, reason, instanceId } of notes) {
        const entry = catalog.entry(serviceName, instanceId);
        if (type !== 'evicted' || !PRESUMED.has(reason) || entry === undefined) continue;
        // A leader of a later term has to know of it; one that was draining had said that it would go.
        if (entry.record.standing.condition.status !== 'draining') guard.departed(entry, clock.moment().now);
      }
    },
    follow(change) {
      incarnations.follow(change);
      for (const { instanceId, standing } of change.put)
        if (standing.condition.status === 'suspect' && standing.condition.cause === 'session_lost')
          sessionsElsewhere.ended(catalog.entry(change.serviceName, instanceId));
    },
    told(replicaId, { seen: seenThere, heard, opened, closed }) {
      const { now, epochMs } = clock.moment();
      seen.set(replicaId, seenThere);
      catalog.heardElsewhere(
        replicaId,
        heard.flatMap(({ epoch, agoMs }) => {
          const entry = incarnations.of(epoch);
          return entry === undefined ? [] : { entry, at: { now: now - agoMs, epochMs: epochMs - agoMs } };
        }),
      );
      for (const epoch of opened) sessionsElsewhere.opened(incarnations.of(epoch), replicaId);
      for (const epoch of closed) sessionsElsewhere.closed(incarnations.of(epoch), replicaId);
      missing.sweep();
    },
    left(replicaId, orderly) {
      seen.delete(replicaId);
      const lost = sessionsElsewhere.gone(replicaId);
      // What it had heard and not reported yet is lost.
      if (!orderly) missing.renewAll(clock.moment().now, lost);
    },
    overdue: (now) => missing.overdue(now),
    isMissing: (entry) => missing.isMissing(entry),
    knowing(entry) {
      const { heardBy } = entry;
      return {
        heardBy: heardBy === 'here' ? group.replicaId : heardBy?.replicaId,
        sessionAt: sessions.isOpen(entry) ? group.replicaId : sessionsElsewhere.at(entry),
      };
    },
    compose({ isDeaf, isFull }) {
      const round = rounds.composed();
      const open = isFull ? Array.from(sessions.entries(), ({ record }) => record.epoch) : [];
      const { now } = clock.moment();
      return {
        report: log.compose({ now, seen: isDeaf ? 0 : group.seen }, open),
        committed(revision) {
          log.committed();
          rounds.committed(round, revision);
        },
      };
    },
    missedReports: () => missing.renewAll(clock.moment().now),
  };

  function seenByAll(): number {
    let least = group.seen;
    for (const replicaId of group.others.keys()) least = Math.min(least, seen.get(replicaId) ?? 0);
    return least;
  }
}
