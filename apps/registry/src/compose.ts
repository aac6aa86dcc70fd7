import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createAddressGuard, type ResolveName } from '@rollcall/address-guard';
import {
  createBrowserGuard,
  createHealth,
  createHttpServer,
  createIsOwnHost,
  createMetrics,
  createServerTls,
  type Route,
  type ServiceKit,
} from '@rollcall/service-kit';
import { createAddressPolicy } from './adapters/address-policy';
import { createMeasuredStore } from './adapters/measured-store';
import { systemClock } from './adapters/system-clock';
import { createTokenFile } from './adapters/token-file';
import { createStandingGrants } from './access/standing-grants';
import { composeProbing } from './compose-probing';
import { composeStore } from './compose-store';
import { composeTraffic } from './compose-traffic';
import type { RegistryConfig } from './config';
import { createCallerOf } from './http/caller';
import { createConnectionLimit } from './http/connection-limit';
import { createRegistryHandler } from './http/registry-handler';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { Prober } from './ports/prober';
import type { ReplicaGroup } from './ports/replica-group';
import { createAccessAudit, createRegistryAccess } from './registry-access';
import { createRegistryCore } from './registry-core';
import { createShares } from './shares/shares';
import { createSubscriberAlias } from './watch/subscriber-names';

export interface RegistryService {
  /** Resolves with the port and the routes that answer there, once it listens. */
  start(): Promise<{ port: number; routes: readonly Route[] }>;
  /** Ends waiting calls and watches, finishes requests in flight, then resolves. Idempotent. */
  stop(): Promise<void>;
}

/** Test doubles of a spec. */
export interface RegistryParts {
  readonly clock?: Clock;
  readonly store?: CatalogStore;
  readonly group?: ReplicaGroup;
  readonly resolveName?: ResolveName;
  readonly prober?: Prober;
  /** For the one connection back after a registration; default: the prober. */
  readonly connectBackProber?: Prober;
}

export function composeRegistry(
  config: Readonly<RegistryConfig>,
  { logger, tracer }: ServiceKit,
  { clock = systemClock, prober, connectBackProber, resolveName, ...parts }: RegistryParts = {},
): RegistryService {
  const usualLease = {
    ttlSeconds: config.LEASE_TTL_SECONDS,
    heartbeatIntervalSeconds: config.HEARTBEAT_INTERVAL_SECONDS,
  };
  const routeBounds = { maxRoutesPerService: config.MAX_ROUTES_PER_SERVICE, maxRoutes: config.MAX_ROUTES };
  const bounds = {
    maxInstances: config.MAX_INSTANCES,
    maxServices: config.MAX_SERVICES,
    maxUnreadBytes: config.MAX_UNREAD_BYTES,
    maxWatchers: config.MAX_WATCHERS,
    maxWatchedNames: config.MAX_WATCHED_NAMES,
    trafficSeries: config.TRAFFIC_SERIES,
    maxLive: config.MAX_LIVE,
    fairShares: config.FAIR_SHARES,
  };
  const connections = createShares({ bound: config.MAX_CONNECTIONS, fair: config.FAIR_SHARES });
  const health = createHealth();
  const metrics = createMetrics({ service: config.SERVICE_NAME, tracer });
  const tls = createServerTls(config, { logger, metrics });
  const traffic = composeTraffic(config, metrics);
  const closing = new AbortController();
  // Every waiting call listens to it; beyond ten listeners Node warns of a leak.
  setMaxListeners(0, closing.signal);
  const guard = createAddressGuard({
    forbidLoopback: config.NODE_ENV === 'production',
    allowedCidrs: config.ALLOWED_CIDRS,
    ...(resolveName && { resolve: resolveName }),
  });
  const probing = composeProbing(config, { guard, logger });
  const probeBy = prober ?? probing.prober;
  const grants = createStandingGrants();
  const access = createRegistryAccess({
    settings: config,
    tokenFile: (path) => createTokenFile(path, { asksForCertificates: config.CLIENT_CA_FILE !== undefined }),
    clock,
    logger,
    onRule: (rule) => grants.review(rule),
  });
  /** What has been started, latest first. */
  const stops: (() => Promise<void>)[] = [];

  return {
    async start() {
      await access.start();
      stops.unshift(() => access.stop());
      probing.start();
      stops.unshift(async () => probing.stop());
      const { group, measure, ...composed } = { ...(await composeStore(config, clock, logger)), ...parts };
      measure?.(metrics.registry);
      const store = createMeasuredStore(composed.store, metrics.registry);
      const stored = await store.open();
      stops.unshift(() => store.close());
      const core = createRegistryCore({
        stored,
        store,
        group,
        clock,
        prober: probeBy,
        connectBackProber: connectBackProber ?? probeBy,
        logger,
        metrics,
        usualLease,
        routeBounds,
        routeMemoryMs: config.ROUTE_MEMORY_MS,
        bounds,
        closing: closing.signal,
      });
      stops.unshift(() => core.stop());
      if (group.isShared)
        health.addCheck('store', async () => {
          if (store.status !== 'detached') return;
          const since = core.staleSince();
          throw new Error(
            `this replica has lost its store${since === undefined ? '' : `: stale_since ${since}`}`,
          );
        });
      await core.prepare();
      const { routes, handle } = createRegistryHandler({
        ...core,
        traffic,
        store,
        group,
        clock,
        logger,
        metrics,
        tracer,
        health,
        usualLease,
        routeBounds,
        newId: randomUUID,
        addresses: createAddressPolicy(guard),
        prober: probeBy,
        requireReachable: config.REQUIRE_REACHABLE,
        callerOf: createCallerOf({
          rule: () => access.rule(),
          grants,
          onDenied: createAccessAudit(logger, metrics.registry),
        }),
        console: config.CONSOLE,
        guardAgainstPages: createBrowserGuard(
          config.REGISTRY_AUTH === 'off'
            ? createIsOwnHost([config.HOST, ...config.ALLOWED_HOSTS])
            : undefined,
        ),
        bounds,
        connections,
        aliasOf: createSubscriberAlias(),
        closing: closing.signal,
      });
      const server = createHttpServer({
        handler: handle,
        host: config.HOST,
        port: config.PORT,
        tls,
        maxConnections: config.MAX_CONNECTIONS,
        ...createConnectionLimit(connections, metrics.registry),
      });
      const listening = await server.start();
      stops.unshift(() => server.stop());
      core.start();
      health.started();
      logger.info(`registry listens on ${tls ? 'https' : 'http'}://${config.HOST}:${listening.port}`, {
        event: 'listening',
        port: listening.port,
        catalog_id: stored.catalogId,
      });
      return { ...listening, routes };
    },
    async stop() {
      health.draining();
      closing.abort();
      for (const stop of stops.splice(0)) await stop();
    },
  };
}
