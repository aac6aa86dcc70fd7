import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';
import type { Entry } from './catalog/entry';
import { createConnectBackLoop, type NewInstance } from './connect-back-loop';
import { createFailureLog } from './failure-log';
import { createIntervalLoop } from './interval-loop';
import { createLeaderDuties } from './leader-duties';
import { createLeadership } from './leadership';
import type { Prober } from './ports/prober';
import type { ReplicaGroup } from './ports/replica-group';
import { createProbeNotes, type ProbeNotes } from './probing/probe-notes';
import { createSessionHub, SESSION_PING_TURN_MS, type SessionHub } from './sessions/session-hub';
import { applyEvent, type ApplyEventDeps } from './use-cases/apply-event';

/**
 * Liveness detection: sessions that break, and, while this replica leads, leases that end, probes, and the guard over
 * all of it.
 */
export interface Liveness {
  readonly sessions: SessionHub;
  readonly probeNotes: ProbeNotes;
  /** An incarnation was registered at this replica. */
  registered(instance: NewInstance): void;
  /** To be told of every change once the catalog has applied it. */
  follow(change: CommittedChange): void;
  /** Whether this replica leads, or may lead, is not as it was. */
  leadershipChanged(): void;
  start(): void;
  stop(): Promise<void>;
}

export interface LivenessOptions extends Omit<ApplyEventDeps, 'under'> {
  readonly group: ReplicaGroup;
  readonly prober: Prober;
  /** Connects to an instance that has just registered. */
  readonly connectBackProber: Prober;
  readonly logger: Logger;
  readonly heartbeatIntervalMs: number;
  readonly routeMemoryMs: number;
  readonly leaseMs: number;
  /** Aborts when the registry is going: every session is ended. */
  readonly closing: AbortSignal;
}

export function createLiveness(deps: LivenessOptions): Liveness {
  const { catalog, guard, clock, logger, closing, group, replicas } = deps;

  const logFailure = createFailureLog(logger);
  const probeNotes = createProbeNotes();
  const leadership = createLeadership({
    ...deps,
    begin: (under) => createLeaderDuties({ ...deps, under, probeNotes }),
  });
  const connectBackLoop = createConnectBackLoop({
    clock,
    logger,
    prober: deps.connectBackProber,
    catalog,
    probeNotes,
  });
  const sessions = createSessionHub({
    catalog,
    onEvent: (entry, type) => void happenedToSession(entry, type),
    onSession: (entry, what) => replicas.session(entry, what),
  });
  closing.addEventListener('abort', () => sessions.end(), { once: true });
  const pingLoop = createIntervalLoop({
    clock,
    intervalMs: SESSION_PING_TURN_MS,
    run: () => sessions.ping(),
  });

  return {
    sessions,
    probeNotes,
    registered: (instance) => connectBackLoop.registered(instance),
    follow(change) {
      guard.follow(change, clock.moment().now);
      sessions.follow(change);
      leadership.duties?.follow(change);
      if (group.isShared) followSuspicions(change);
    },
    leadershipChanged: () => leadership.changed(),
    start() {
      const { now } = clock.moment();
      for (const { serviceName, records } of catalog.services())
        guard.follow({ serviceName, put: records, remove: [] }, now);
      leadership.start();
      pingLoop.start();
    },
    async stop() {
      pingLoop.stop();
      await Promise.all([leadership.stop(), connectBackLoop.stop()]);
    },
  };

  async function happenedToSession(entry: Entry, type: 'session_opened' | 'session_lost'): Promise<void> {
    try {
      const result = await applyEvent(deps, entry, { type }, 'registry');
      if (result !== undefined && result.kind !== 'leaves' && result.probe) leadership.duties?.probe(entry);
    } catch (error) {
      // Its lease decides then: it will not be heard from again, or it is alive and well.
      logFailure(`the event ${type} could not be recorded; the lease of the instance decides instead`, {
        event: 'session_event_failed',
        instance_id: entry.record.instanceId,
        error,
      });
    }
  }

  /** Another replica has seen a session break: there may be a new one here, and if not the leader has to probe. */
  function followSuspicions({ serviceName, put }: CommittedChange): void {
    for (const { instanceId, standing } of put) {
      const { condition } = standing;
      const entry = catalog.entry(serviceName, instanceId);
      if (entry === undefined || condition.status !== 'suspect' || condition.cause !== 'session_lost')
        continue;
      if (sessions.isOpen(entry)) void happenedToSession(entry, 'session_opened');
      else leadership.duties?.probe(entry);
    }
  }
}
