import { createUnreadAnswers, type Logger, type Metrics, type UnreadAnswers } from '@rollcall/service-kit';
import { createCatalog, type Catalog } from './catalog/catalog';
import { createEventHistory, type EventHistory } from './catalog/changes/event-history';
import type { RouteBounds } from './catalog/decisions/route-decision';
import type { UsualLease } from './catalog/heartbeat-interval';
import type { Moment } from './catalog/moment';
import type { StoredCatalog } from './catalog/stored-catalog';
import { createWarming } from './catalog/warming';
import { logContest } from './catalog-log';
import { createLiveness, type Liveness } from './liveness';
import { followStore } from './registry-changes';
import { createRegistryMetrics } from './registry-metrics';
import { createMassExpiryGuard, type MassExpiryGuard } from './catalog/guard/mass-expiry-guard';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { ReplicaGroup } from './ports/replica-group';
import type { Prober } from './ports/prober';
import { createContestNotes, type ContestNotes } from './probing/contest-notes';
import type { ProbeNotes } from './probing/probe-notes';
import type { ReplicaDrains } from './replica-drains';
import type { Replicas } from './replicas';
import { createReplication } from './replication';
import type { SessionHub } from './sessions/session-hub';
import { createHoldings, type Holdings } from './shares/holdings';
import { createShares, type Shares } from './shares/shares';
import { adoptRoutes } from './use-cases/adopt-routes';
import { createInstanceQueue, type InstanceQueue } from './use-cases/instance-queue';
import { createWatching, type WatchingParts } from './watching';

/** The catalog and what runs by itself: what follows its changes, and what ends leases. */
export interface RegistryCore extends WatchingParts {
  readonly startedAt: Moment;
  readonly catalog: Catalog;
  readonly history: EventHistory;
  readonly sessions: SessionHub;
  readonly guard: MassExpiryGuard;
  readonly probeNotes: ProbeNotes;
  readonly contestNotes: ContestNotes;
  readonly queue: InstanceQueue;
  readonly holdings: Holdings;
  readonly registered: Liveness['registered'];
  readonly replicas: Replicas;
  readonly drains: ReplicaDrains;
  /** What callers leave unread, of answers and of streams. */
  readonly unread: UnreadAnswers;
  /** For one lease after the catalog has begun: instances may be running that it does not list. */
  readonly isWarming: () => boolean;
  /** Resolves once what has to be settled before the first answer is settled. */
  prepare(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface CoreBounds {
  readonly maxInstances: number;
  readonly maxServices: number;
  readonly fairShares: boolean;
  readonly maxUnreadBytes: number;
  readonly maxWatchers: number;
}

export interface RegistryCoreOptions {
  readonly stored: StoredCatalog;
  readonly store: CatalogStore;
  /** Of this registry and the others over that store. */
  readonly group: ReplicaGroup;
  readonly clock: Clock;
  readonly prober: Prober;
  /** Connects to an instance that has just registered. */
  readonly connectBackProber: Prober;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly usualLease: UsualLease;
  readonly routeBounds: RouteBounds;
  readonly routeMemoryMs: number;
  readonly bounds: CoreBounds;
  /** Aborts when the registry is going: every stream is ended. */
  readonly closing: AbortSignal;
}

/**
 * Services without an instance whose revision is kept; each costs some hundred bytes. Too few: a service that empties
 * and comes back costs its watchers a fresh snapshot.
 */
const MAX_VACANT_SERVICES = 1000;
const MAX_EVENTS = 10_000;
/** A caller that has read nothing for two ping intervals is taken to be gone. */
const UNREAD_LIMIT_MS = 30_000;

export function createRegistryCore(options: RegistryCoreOptions): RegistryCore {
  const { stored, store, group, clock, prober, logger, usualLease, bounds, closing } = options;
  const { routeBounds, routeMemoryMs } = options;
  const startedAt = clock.moment();
  const catalog = createCatalog(stored, startedAt, { maxVacantServices: MAX_VACANT_SERVICES });
  const history = createEventHistory({ maxEvents: MAX_EVENTS });
  const now = (): number => clock.moment().now;

  const leaseMs = usualLease.ttlSeconds * 1000;
  const warming = createWarming(leaseMs);
  warming.begin(stored, startedAt);
  const isWarming = (): boolean => warming.isWarming(now());
  const unread = createUnreadAnswers({ maxBytes: bounds.maxUnreadBytes, limitMs: UNREAD_LIMIT_MS, now });
  const watching = createWatching({ catalog, stored, clock, unread, isWarming, closing });
  const guard = createMassExpiryGuard(catalog);
  const queue = createInstanceQueue();
  const heartbeatIntervalMs = usualLease.heartbeatIntervalSeconds * 1000;
  const replication = createReplication({
    ...options,
    ...watching.parts,
    catalog,
    guard,
    heartbeatIntervalMs,
    sessions: {
      isOpen: (entry) => liveness.sessions.isOpen(entry),
      entries: () => liveness.sessions.entries(),
      supersede: (entry) => liveness.sessions.supersede(entry),
    },
    leadershipChanged: () => liveness.leadershipChanged(),
  });
  const liveness = createLiveness({
    group,
    replicas: replication.replicas,
    routeMemoryMs,
    leaseMs,
    catalog,
    store,
    clock,
    guard,
    queue,
    prober,
    connectBackProber: options.connectBackProber,
    logger,
    closing,
    heartbeatIntervalMs,
  });
  const sharesOf = (bound: number): Shares => createShares({ bound, fair: bounds.fairShares });
  const holdings = createHoldings({
    catalog,
    instances: sharesOf(bounds.maxInstances),
    services: sharesOf(bounds.maxServices),
  });

  const contestNotes = createContestNotes(
    () => clock.moment().epochMs,
    (holder, contest) => history.remark(logContest({ logger, catalog, group }, holder, contest)),
  );

  const metrics = createRegistryMetrics(options.metrics.registry, {
    catalog,
    hub: watching.parts.hub,
    unread,
    sessions: liveness.sessions,
    guard,
    store,
    group,
    isWarming,
    bounds: { ...bounds, maxRoutes: routeBounds.maxRoutes },
  });

  followStore({ ...options, catalog, warming, holdings, watching, history, replication, liveness, metrics });

  return {
    catalog,
    ...watching.parts,
    startedAt,
    history,
    sessions: liveness.sessions,
    guard,
    probeNotes: liveness.probeNotes,
    contestNotes,
    queue,
    holdings,
    registered: (instance) => liveness.registered(instance),
    replicas: replication.replicas,
    drains: replication.drains,
    unread,
    isWarming,
    async prepare() {
      try {
        await adoptRoutes({ catalog, store, clock, routeBounds });
      } catch (error) {
        // No instance can register meanwhile either; the next start tries again.
        logger.error('the routes of stored instances could not be claimed; the next start tries again', {
          event: 'routes_not_adopted',
          error,
        });
      }
      await replication.start();
    },
    start() {
      liveness.start();
      watching.start();
    },
    async stop() {
      watching.stop();
      await liveness.stop();
      await replication.stop();
    },
  };
}
