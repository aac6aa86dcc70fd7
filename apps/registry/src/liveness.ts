import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';
import type { Entry } from './catalog/entry';
import type { InstanceEvent } from './catalog/instance/instance-event';
import type { Transition } from './catalog/instance/transition';
import { createConnectBackLoop } from './connect-back-loop';
import { createGuardLoop } from './guard-loop';
import { createOverrideLoop } from './override-loop';
import { createLeaseLoop } from './lease-loop';
import { createIntervalLoop } from './interval-loop';
import type { Prober } from './ports/prober';
import { createProbeLoop } from './probe-loop';
import { createProbeNotes, type ProbeNotes } from './probing/probe-notes';
import { createSessionHub, SESSION_PING_TURN_MS, type SessionHub } from './sessions/session-hub';
import { applyEvent, type ApplyEventDeps } from './use-cases/apply-event';
import { endOverrides } from './use-cases/end-overrides';
import { endLapsedLeases } from './use-cases/end-lapsed-leases';
import { releaseHeld } from './use-cases/release-held';

/** Liveness detection: leases that end, sessions that break, probes, and the guard over all of it. */
export interface Liveness {
  readonly sessions: SessionHub;
  readonly probeNotes: ProbeNotes;
  /** To be told of every change once the catalog has applied it. */
  follow(change: CommittedChange): void;
  start(): void;
  stop(): Promise<void>;
}

export interface LivenessOptions extends ApplyEventDeps {
  readonly prober: Prober;
  /** Connects to an instance that has just registered. */
  readonly connectBackProber: Prober;
  readonly logger: Logger;
  readonly heartbeatIntervalMs: number;
  /** Aborts when the registry is going: every session is ended. */
  readonly closing: AbortSignal;
}

export function createLiveness(deps: LivenessOptions): Liveness {
  const { catalog, guard, clock, logger, prober, heartbeatIntervalMs, closing } = deps;

  const happened = (entry: Entry, event: InstanceEvent): Promise<Transition | undefined> =>
    applyEvent(deps, entry, event, 'registry');
  const probeNotes = createProbeNotes();
  const probeLoop = createProbeLoop({
    clock,
    logger,
    prober,
    catalog,
    report(entry, outcome) {
      probeNotes.note(entry, { outcome, at: clock.moment().epochMs });
      return happened(entry, { type: 'probed', outcome });
    },
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
  });
  closing.addEventListener('abort', () => sessions.end(), { once: true });
  const loops = [
    createLeaseLoop({
      clock,
      logger,
      heartbeatIntervalMs,
      nextLapseAt: () => catalog.nextLapseAt(),
      async endLapsedLeases() {
        for (const entry of await endLapsedLeases(deps)) probeLoop.probe(entry);
      },
    }),
    createGuardLoop({
      clock,
      logger,
      overdue: () => guard.overdue(clock.moment().now),
      release: (serviceName) => releaseHeld(deps, serviceName, 'registry'),
    }),
    createOverrideLoop({ clock, logger, endOverrides: () => endOverrides(deps) }),
    createIntervalLoop({ clock, intervalMs: SESSION_PING_TURN_MS, run: () => sessions.ping() }),
    probeLoop,
  ];

  return {
    sessions,
    probeNotes,
    follow(change) {
      guard.follow(change, clock.moment().now);
      sessions.follow(change);
      probeLoop.follow(change);
      connectBackLoop.follow(change);
    },
    start() {
      const { now } = clock.moment();
      for (const { serviceName, records } of catalog.services())
        guard.follow({ serviceName, put: records, remove: [] }, now);
      for (const loop of loops) loop.start();
    },
    async stop() {
      await Promise.all([...loops, connectBackLoop].map(async (loop) => loop.stop()));
    },
  };

  async function happenedToSession(entry: Entry, type: 'session_opened' | 'session_lost'): Promise<void> {
    try {
      const result = await happened(entry, { type });
      if (result !== undefined && result.kind !== 'leaves' && result.probe) probeLoop.probe(entry);
    } catch (error) {
      // Its lease decides then: it will not be heard from again, or it is alive and well.
      logger.error(`the event ${type} could not be recorded; the lease of the instance decides instead`, {
        event: 'session_event_failed',
        instance_id: entry.record.instanceId,
        error,
      });
    }
  }
}
