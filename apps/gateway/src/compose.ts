import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { createRetryBudget } from '@rollcall/load-balancing';
import { createResolver } from '@rollcall/registry-client';
import { createHealth, createHttpApp, createHttpServer, type Logger } from '@rollcall/service-kit';
import { createHttpRegistry } from './adapters/http-registry';
import { readRoutesFile } from './adapters/read-routes-file';
import { createResolverCatalogView } from './adapters/resolver-catalog-view';
import { createUndiciTransport } from './adapters/undici/undici-transport';
import { gatewayConfig, type GatewayConfig } from './config';
import { gatewayError } from './errors';
import { logResolverEvent, observeAttempt } from './event-logger';
import { createAccessLog } from './http/access-log';
import { mountAdminRoutes } from './http/admin-routes';
import { mountOlderCalls } from './http/older-calls';
import { createTrafficHandler } from './http/traffic-handler';
import { createTrafficServer } from './http/traffic-server';
import { createGatewayMetrics } from './metrics/gateway-metrics';
import { createFindDestination } from './proxy/find-destination';
import { createProxy } from './proxy/proxy';
import { createTunnels } from './proxy/tunnels';
import { createWaitingRoom } from './proxy/waiting-room';
import type { RoutePolicy } from './routing/route-policy';
import { feedUpstreams } from './upstream-feed';
import { createFleet } from './upstreams/fleet';
import { createRouteBook } from './upstreams/route-book';

export interface Gateway {
  start(): Promise<{ readonly port: number; readonly adminPort: number }>;
  stop(): Promise<void>;
}

const MAX_HEADER_BYTES = 16_384;

export function compose(config: Readonly<GatewayConfig>, { logger }: { logger: Logger }): Gateway {
  const now = (): number => performance.now();
  const random = Math.random;
  const registryAccess = config.REGISTRY_CA_FILE === undefined ? {} : { caFile: config.REGISTRY_CA_FILE };
  const policy = defaultPolicy(config);

  const resolver = createResolver({
    registryUrls: config.REGISTRY_URL,
    ...(config.REGISTRY_TOKEN === undefined ? {} : { token: config.REGISTRY_TOKEN }),
    ...registryAccess,
    services: '*',
    ...(config.DATA_DIR === 'off' ? {} : { cacheFile: resolve(config.DATA_DIR, 'gateway', 'catalog.json') }),
    onEvent(event) {
      logResolverEvent(logger, event);
      if (event.type === 'synced') room.wake();
    },
  });
  const registry = createHttpRegistry({ registryUrls: config.REGISTRY_URL, ...registryAccess });
  const transport = createUndiciTransport({
    connectTimeoutMs: config.CONNECT_TIMEOUT_MS,
    keepAliveMs: 60_000,
    maxHeaderBytes: MAX_HEADER_BYTES,
  });

  const fleet = createFleet(transport);
  const routes = createRouteBook({ defaultPolicy: policy, fleet, random });
  const room = createWaitingRoom(config.HOLD_CAPACITY);
  const tunnels = createTunnels();
  const health = createHealth();
  const metrics = createGatewayMetrics({
    service: config.SERVICE_NAME,
    gauges: {
      held: () => room.waiting,
      tunnels: () => tunnels.count,
      inFlight: () =>
        fleet
          .services()
          .map((name) => [name, fleet.of(name).reduce((sum, { inFlight }) => sum + inFlight, 0)] as const),
    },
  });
  const isSynced = (): boolean => resolver.synced;
  const explaining = { routes, fleet, isSynced, now };

  const forward = createProxy({
    findDestination: createFindDestination({
      routes,
      room,
      holdTimeoutMs: config.HOLD_TIMEOUT_MS,
      isSynced,
      now,
    }),
    budget: createRetryBudget(),
    tunnels,
    now,
    onAttempt: (report) => observeAttempt({ logger, metrics }, report),
  });
  const ownPaths = createHttpApp({
    logger,
    metrics,
    health,
    mount(app) {
      const catalog = createResolverCatalogView(resolver);
      if (config.LEGACY_CALLS) mountOlderCalls(app, { registry, catalog });
    },
  });
  const traffic = createTrafficServer({
    host: config.HOST,
    port: config.PORT,
    maxHeaderBytes: MAX_HEADER_BYTES,
    tunnels,
    handle: createTrafficHandler({
      proxy: (exchange) =>
        forward(exchange).catch((error: unknown) => {
          logger.error('a request broke the proxy', { event: 'proxy_broken', error });
          exchange.fail(gatewayError('INTERNAL_ERROR', { cause: error }));
        }),
      ownPaths,
      trusted: config.TRUSTED_PROXIES,
      pseudonym: `rollcall-${randomBytes(4).toString('hex')}`,
      now,
      onClose: createAccessLog({ logger, metrics, ratio: config.ACCESS_LOG_RATIO, random, now }),
    }),
  });
  const admin = createHttpServer({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    portVariable: 'ADMIN_PORT',
    handler: createHttpApp({
      logger,
      metrics,
      health,
      mount: (app) =>
        mountAdminRoutes(app, {
          ...explaining,
          settings: () => gatewayConfig.describe(config),
          ...(config.ADMIN_TOKEN === undefined ? {} : { token: config.ADMIN_TOKEN }),
        }),
    }),
  });
  health.addCheck('registry', () => {
    if (!resolver.synced) throw new Error('this gateway has not heard from the registry yet');
  });

  let stopFeeding = (): void => undefined;
  let stopped: Promise<void> | undefined;

  async function shutDown(): Promise<void> {
    health.draining();
    tunnels.closeAll();
    await traffic.stop(config.DRAIN_TIMEOUT_MS);
    stopFeeding();
    await Promise.all([resolver.stop(), fleet.destroy(), registry.close()]);
    // Last of all: operators watch a drain by it.
    await admin.stop(1000);
  }

  return {
    async start() {
      if (config.ROUTES_FILE !== undefined)
        routes.replaceFileRoutes(readRoutesFile(config.ROUTES_FILE, policy));
      stopFeeding = feedUpstreams({ resolver, fleet, routes, room, now });
      const [{ port }, { port: adminPort }] = await Promise.all([traffic.start(), admin.start()]);
      await resolver.start();
      health.started();
      logger.info(`traffic on ${config.HOST}:${port}, admin on ${config.ADMIN_HOST}:${adminPort}`, {
        event: 'listening',
        port,
        admin_port: adminPort,
      });
      return { port, adminPort };
    },
    stop: () => (stopped ??= shutDown()),
  };
}

function defaultPolicy(config: GatewayConfig): RoutePolicy {
  return {
    picker: 'round_robin',
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    idleTimeoutMs: config.IDLE_TIMEOUT_MS,
    maxAttempts: config.MAX_ATTEMPTS,
    attemptTimeoutMs: Infinity,
  };
}
