import type { Logger } from '@rollcall/service-kit';
import type { CommittedChange } from './catalog/changes/change';
import type { Entry } from './catalog/entry';
import { createFailureLog } from './failure-log';
import { createGuardLoop } from './guard-loop';
import { createTaskLoop } from './interval-loop';
import { createLeaseLoop } from './lease-loop';
import { createOverrideLoop } from './override-loop';
import type { Fence } from './ports/catalog-store';
import type { Prober } from './ports/prober';
import { createProbeLoop } from './probe-loop';
import type { ProbeNotes } from './probing/probe-notes';
import { createRouteMemoryLoop } from './route-memory-loop';
import { applyEvent, type ApplyEventDeps } from './use-cases/apply-event';
import { endLapsedLeases, type LeaseEnds } from './use-cases/end-lapsed-leases';
import { endOverrides } from './use-cases/end-overrides';
import { releaseHeld } from './use-cases/release-held';
import { releaseRoutes } from './use-cases/release-routes';

/**
 * What one replica does for all during its term of leadership: it presumes. Leases that end, probes, guards and
 * overrides whose time is up, paths that nobody announces any more. A registry that has its store to itself leads from
 * start to stop.
 */
export interface LeaderDuties {
  start(): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
  /** Probes an instance as soon as may be. */
  probe(entry: Entry): void;
  /** To be told of every change once the catalog has applied it. */
  follow(change: CommittedChange): void;
}

export interface LeaderDutiesOptions extends ApplyEventDeps {
  readonly under: Fence;
  readonly prober: Prober;
  readonly probeNotes: ProbeNotes;
  readonly logger: Logger;
  readonly heartbeatIntervalMs: number;
  readonly routeMemoryMs: number;
  /** Whoever runs registers within one lease of an instance. */
  readonly leaseMs: number;
}

/** A second more or less does not matter: the loss of a replica is noticed within ten. */
const LOOK_FOR_MISSING_MS = 1000;

export function createLeaderDuties(deps: LeaderDutiesOptions): LeaderDuties {
  const { catalog, guard, clock, logger, prober, probeNotes, replicas, heartbeatIntervalMs } = deps;
  const logFailure = createFailureLog(logger);
  let leasesRefused: LeaseEnds['failures'] = new Map();

  const probeLoop = createProbeLoop({
    clock,
    logFailure,
    prober,
    catalog,
    report(entry, outcome) {
      probeNotes.note(entry, { outcome, at: clock.moment().epochMs });
      const type = replicas.isMissing(entry) ? 'missing_probed' : 'probed';
      return applyEvent(deps, entry, { type, outcome }, 'registry');
    },
  });
  const loops = [
    createLeaseLoop({
      clock,
      logger,
      logFailure,
      heartbeatIntervalMs,
      nextLapseAt: () => replicas.nextLapseAt(clock.moment().now),
      async endLapsedLeases() {
        const { toProbe, failures } = await endLapsedLeases(deps, leasesRefused);
        leasesRefused = failures;
        for (const entry of toProbe) probeLoop.probe(entry);
        return failures;
      },
    }),
    createGuardLoop({
      clock,
      logger,
      logFailure,
      overdue: () => guard.overdue(clock.moment().now),
      release: (serviceName) => releaseHeld(deps, serviceName, 'registry'),
    }),
    createOverrideLoop({ clock, logger, logFailure, endOverrides: () => endOverrides(deps) }),
    createTaskLoop({
      clock,
      intervalMs: LOOK_FOR_MISSING_MS,
      async run() {
        for (const entry of replicas.overdue(clock.moment().now)) probeLoop.probe(entry);
      },
    }),
    probeLoop,
    createRouteMemoryLoop({ ...deps, logFailure, release: () => releaseRoutes(deps) }),
  ];

  return {
    start() {
      resumeLapsing();
      for (const loop of loops) loop.start();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
    probe: (entry) => probeLoop.probe(entry),
    follow: (change) => probeLoop.follow(change),
  };

  /** The probes that were to decide about these ended with an earlier term. */
  function resumeLapsing(): void {
    const { now } = clock.moment();
    for (const { serviceName } of catalog.services())
      for (const entry of catalog.entriesOf(serviceName))
        if (entry.contact.lapsing) catalog.touch(entry, { ...entry.contact, lapsing: false }, now);
  }
}
