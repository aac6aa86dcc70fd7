import { createUnreadAnswers, type Logger, type Metrics, type UnreadAnswers } from '@rollcall/service-kit';
import { createCatalog, type Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import { createChangeLog } from './catalog/changes/change-log';
import { createEventHistory, type EventHistory } from './catalog/changes/event-history';
import type { RouteBounds } from './catalog/decisions/route-decision';
import type { UsualLease } from './catalog/heartbeat-interval';
import { toInstance, type InstanceRecord } from './catalog/instance/instance-record';
import { createInstanceTexts } from './catalog/instance/instance-texts';
import type { StoredCatalog } from './catalog/stored-catalog';
import { logChange } from './change-logger';
import { createLiveness } from './liveness';
import { createPingLoop } from './ping-loop';
import { createRouteMemoryLoop } from './route-memory-loop';
import { createRegistryMetrics } from './registry-metrics';
import { createMassExpiryGuard, type MassExpiryGuard } from './catalog/guard/mass-expiry-guard';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { Prober } from './ports/prober';
import { createContestNotes, type ContestNotes } from './probing/contest-notes';
import type { ProbeNotes } from './probing/probe-notes';
import type { SessionHub } from './sessions/session-hub';
import { createHoldings, type Holdings } from './shares/holdings';
import { createShares, type Shares } from './shares/shares';
import { adoptRoutes } from './use-cases/adopt-routes';
import { releaseRoutes } from './use-cases/release-routes';
import { createTurns, type Turns } from './use-cases/turns';
import { createChangeFeed, type ChangeFeed } from './watch/change-feed';
import { createDrainingServices } from './watch/draining-services';
import { publishedChange, type PublishedChange } from './watch/published-change';
import { ABSENCE_LIMIT_MS, createSubscriberRoll, type SubscriberRoll } from './watch/subscriber-roll';
import { createWatchHub, type WatchHub } from './watch/watch-hub';

/** The catalog and all that goes by itself: what follows its changes, and what makes leases end. */
export interface RegistryCore {
  readonly catalog: Catalog;
  readonly feed: ChangeFeed;
  /** An instance as JSON. */
  readonly textOf: (record: InstanceRecord) => string;
  readonly history: EventHistory;
  readonly hub: WatchHub;
  readonly roll: SubscriberRoll;
  /** From when on (monotonic milliseconds) the subscribers have had the time to find back to this registry. */
  readonly rollKnownAt: number;
  readonly sessions: SessionHub;
  readonly guard: MassExpiryGuard;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
  readonly turns: Turns;
  /** What has to be settled before anybody is answered. */
  prepare(): Promise<void>;
  readonly holdings: Holdings;
  /** What callers leave unread, of answers and of streams. */
  readonly unread: UnreadAnswers;
  start(): void;
  stop(): Promise<void>;
}

export interface CoreBounds {
  readonly maxInstances: number;
  readonly maxServices: number;
  readonly fairShares: boolean;
  readonly maxUnreadBytes: number;
}

export interface RegistryCoreOptions {
  readonly stored: StoredCatalog;
  readonly store: CatalogStore;
  readonly clock: Clock;
  readonly prober: Prober;
  /** Connects to whoever has just registered. */
  readonly connectBackProber: Prober;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly usualLease: UsualLease;
  readonly routeBounds: RouteBounds;
  readonly routeMemoryMs: number;
  readonly bounds: CoreBounds;
  /** Aborts when the registry is going: every stream is ended. */
  readonly closing: AbortSignal;
}

/**
 * Names nobody stands behind any more whose revision is kept; each costs some hundred bytes. Too few: a name that
 * empties and comes back costs its watchers a fresh snapshot.
 */
const MAX_VACANT_SERVICES = 1000;
/** Too few: a watcher that was away for a moment starts over with snapshots. */
const CHANGE_LOG = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 };
const MAX_EVENTS = 10_000;
/** Well within what proxies and NATs let a silent connection live (60 s and more). */
const PING_INTERVAL_MS = 15_000;
/** A caller that has read nothing for so long, two pings, is not slow but gone. */
const UNREAD_LIMIT_MS = 30_000;
const UNREAD_SWEEP_INTERVAL_MS = 1000;

export function createRegistryCore(options: RegistryCoreOptions): RegistryCore {
  const { stored, store, clock, prober, logger, usualLease, bounds, closing } = options;
  const { routeBounds, routeMemoryMs } = options;
  const startedAt = clock.moment();
  const catalog = createCatalog(stored, startedAt, { maxVacantServices: MAX_VACANT_SERVICES });
  const { revision } = stored;
  const feed = createChangeFeed(createChangeLog<PublishedChange>({ revision, ...CHANGE_LOG }), revision);
  const history = createEventHistory({ maxEvents: MAX_EVENTS });
  const toWire = (record: InstanceRecord) => toInstance(record, catalog.heardAt(record));
  const texts = createInstanceTexts();
  const textOf = (record: InstanceRecord) => texts.of(record, catalog.heardAt(record));
  const now = (): number => clock.moment().now;

  // Whoever was listed before is heard from within one lease, or is not there any more.
  const leaseMs = usualLease.ttlSeconds * 1000;
  const warmUntil = startedAt.epochMs - stored.begunAt < leaseMs ? startedAt.now + leaseMs : -Infinity;
  const isWarming = (): boolean => now() < warmUntil;
  const roll = createSubscriberRoll();
  const draining = createDrainingServices();
  const unread = createUnreadAnswers({ maxBytes: bounds.maxUnreadBytes, limitMs: UNREAD_LIMIT_MS, now });
  const hub = createWatchHub({
    catalog,
    feed,
    textOf,
    now,
    roll,
    draining,
    isWarming,
    unread,
  });
  closing.addEventListener('abort', () => hub.end(), { once: true });
  const guard = createMassExpiryGuard(catalog);
  const turns = createTurns();
  const liveness = createLiveness({
    catalog,
    store,
    clock,
    guard,
    turns,
    prober,
    connectBackProber: options.connectBackProber,
    logger,
    closing,
    heartbeatIntervalMs: usualLease.heartbeatIntervalSeconds * 1000,
  });
  const pingLoop = createPingLoop({ clock, intervalMs: PING_INTERVAL_MS, ping: () => hub.ping() });
  const sweepLoop = createPingLoop({
    clock,
    intervalMs: UNREAD_SWEEP_INTERVAL_MS,
    ping: () => unread.sweep(),
  });
  const sharesOf = (bound: number): Shares => createShares({ bound, fair: bounds.fairShares });
  const holdings = createHoldings({
    catalog,
    instances: sharesOf(bounds.maxInstances),
    services: sharesOf(bounds.maxServices),
  });

  const routeMemoryLoop = createRouteMemoryLoop({
    clock,
    logger,
    notBefore: startedAt.now + leaseMs,
    release: () => releaseRoutes({ catalog, store, clock, routeMemoryMs }),
  });

  const contestNotes = createContestNotes(
    () => clock.moment().epochMs,
    ({ record }, { kind, instanceId, at }) => {
      const { serviceName, url } = record.registration;
      const reason = `${instanceId} is refused: ${record.instanceId} lives at ${url}`;
      logger.warn(`${serviceName}: ${reason}`, {
        event: kind,
        service_name: serviceName,
        url,
        held_by: record.instanceId,
        refused: instanceId,
      });
      history.remark({
        revision: catalog.revision,
        at,
        type: kind,
        service_name: serviceName,
        instance_id: instanceId,
        url,
        actor: 'registry',
        reason,
      });
    },
  );

  const metrics = createRegistryMetrics(options.metrics.registry, {
    catalog,
    hub,
    unread,
    sessions: liveness.sessions,
    guard,
    store,
    isWarming,
  });

  const apply = (change: CommittedChange): void => {
    const applied = catalog.apply(change, clock.moment());
    holdings.follow(change);
    draining.follow(change);
    feed.publish(publishedChange(applied, toWire));
    history.record(change);
  };
  for (const { serviceName, records } of stored.services) {
    const known = { serviceName, put: records, remove: [] };
    draining.follow(known);
    holdings.follow(known);
  }
  for (const change of stored.recent) apply(change);
  store.follow((change) => {
    apply(change);
    liveness.follow(change);
    metrics.record(change);
    logChange(logger, change);
  });

  return {
    catalog,
    feed,
    textOf,
    history,
    hub,
    roll,
    rollKnownAt: startedAt.now + ABSENCE_LIMIT_MS,
    sessions: liveness.sessions,
    guard,
    probeNotes: liveness.probeNotes,
    contestNotes,
    turns,
    holdings,
    unread,
    async prepare() {
      try {
        await adoptRoutes({ catalog, store, clock, routeBounds });
      } catch (error) {
        // Nobody can register meanwhile either; the next start tries again.
        logger.error('paths announced before could not be noted as held', {
          event: 'routes_not_adopted',
          error,
        });
      }
    },
    start() {
      liveness.start();
      routeMemoryLoop.start();
      pingLoop.start();
      sweepLoop.start();
    },
    async stop() {
      pingLoop.stop();
      sweepLoop.stop();
      await routeMemoryLoop.stop();
      await liveness.stop();
    },
  };
}
