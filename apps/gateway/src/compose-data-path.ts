import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { createResolver } from '@rollcall/registry-client';
import {
  createHealth,
  createHttpApp,
  createSendQueue,
  createServerTls,
  followAuthority,
  measureBounds,
  measureDiscovery,
  type Health,
  type Logger,
  type ServerTls,
} from '@rollcall/service-kit';
import { holdRequest } from './adapters/held-request';
import { createReadBuffers } from './adapters/http1/read-buffers';
import { createHttpRegistry } from './adapters/http-registry';
import { createResolverCatalogView } from './adapters/resolver-catalog-view';
import { composeTransport } from './compose-transport';
import { legacyApiGuard } from './browser-guards';
import type { GatewayConfig } from './config';
import { defaultPolicy } from './default-policy';
import { gatewayError } from './errors';
import { logResolverEvent, observeAttempt } from './event-logger';
import { createAccessLog } from './http/access-log';
import { mountLegacyApi } from './http/legacy-api';
import { createOpenConnections } from './http/open-connections';
import { createRefusalLog } from './http/refusal-log';
import { createTrafficHandler } from './http/traffic-handler';
import { createTrafficServer } from './http/traffic-server';
import { measureUpstreams, mostInFlight } from './metrics/measure-upstreams';
import { createGatewayMetrics, type GatewayMetrics } from './metrics/gateway-metrics';
import { createEventStreams } from './proxy/event-streams';
import { createFindDestination } from './proxy/find-destination';
import { createProxy } from './proxy/proxy';
import { createTunnels } from './proxy/tunnels';
import { createWaitingRoom } from './proxy/waiting-room';
import { clientAddress } from './headers/client-address';
import { createLocalOperations, type Operations } from './operations/operations';
import type { PolicyRequest } from './policies/policy';
import { compilePolicies } from './policies/route-policies';
import { routeName, type Route } from './routing/route';
import { feedUpstreams } from './upstream-feed';
import { createUpstreams } from './upstreams/upstreams';
import { presentNames } from './upstreams/present-names';
import { createRoutesInForce } from './upstreams/routes-in-force';
import { createWriteRound } from './write-round-loop';

/** Everything that a request goes through, and what is known of the catalog for it. One a process that carries traffic. */
export interface DataPath {
  readonly operations: Operations;
  /** Routes of the file, in place of all earlier ones. What is under way goes on. */
  replaceFileRoutes(routes: readonly Route[]): void;
  readonly metrics: GatewayMetrics;
  readonly health: Health;
  /** What its port speaks TLS with, if it does. */
  readonly tls: ServerTls | undefined;
  /** What the registry lists this gateway as may have changed. */
  identify(): void;
  /** Listens, and begins to follow the registry. */
  start(): Promise<{ readonly port: number }>;
  /** Not ready from now on; every answer closes its connection, so that callers move on. */
  drain(): void;
  /**
   * Says goodbye to what would never end by itself, serves callers that still come for up to `lingerMs` while any is
   * connected, stops accepting, finishes what is in flight, cuts what is not done at `timeoutMs`, lets go of everything.
   */
  stop(limits: { readonly lingerMs: number; readonly timeoutMs: number }): Promise<void>;
}

export interface DataPathOptions {
  readonly logger: Logger;
  /** `<instance_id>/<epoch>` while this gateway is registered, for its health paths. */
  readonly identity: () => string | undefined;
  /** How many such data paths the gateway has, each in a process of its own; limits of rates are divided among them. */
  readonly workers?: number;
  /** Whether this one writes what the registry says to disk; each reads it at its start. */
  readonly keepsCatalog?: boolean;
  /** Everything has been heard from a registry. */
  readonly onSynced?: () => void;
}

const MAX_HEADER_BYTES = 16_384;
/** For a WebSocket's two ends to say goodbye; a browser answers a Close frame at once. */
const FAREWELL_MS = 1000;

export function composeDataPath(
  config: Readonly<GatewayConfig>,
  { logger, identity, workers = 1, keepsCatalog = true, onSynced }: DataPathOptions,
): DataPath {
  const now = (): number => performance.now();
  const random = Math.random;
  const { REGISTRY_CA_FILE, UPSTREAM_CA_FILE } = config;
  const registryAuthority =
    REGISTRY_CA_FILE === undefined
      ? undefined
      : followAuthority('REGISTRY_CA_FILE', REGISTRY_CA_FILE, { logger });
  const upstreamAuthority =
    UPSTREAM_CA_FILE === undefined
      ? undefined
      : followAuthority('UPSTREAM_CA_FILE', UPSTREAM_CA_FILE, { logger });

  const resolver = createResolver({
    registryUrls: config.REGISTRY_URL,
    ...(config.REGISTRY_TOKEN === undefined ? {} : { token: config.REGISTRY_TOKEN }),
    ...(REGISTRY_CA_FILE === undefined ? {} : { caFile: REGISTRY_CA_FILE }),
    services: '*',
    ...(config.DATA_DIR === 'off' ? {} : { cacheFile: resolve(config.DATA_DIR, 'gateway', 'catalog.json') }),
    cacheReadOnly: !keepsCatalog,
    onEvent(event) {
      logResolverEvent(logger, event);
      if (event.type !== 'synced') return;
      room.wake();
      onSynced?.();
    },
  });
  const registry = createHttpRegistry({ registryUrls: config.REGISTRY_URL, ca: registryAuthority?.current });
  const writes = createWriteRound();
  const sendQueue = createSendQueue(now);
  const readBuffers = createReadBuffers();
  const transport = composeTransport(config, {
    writes,
    sendQueue,
    buffers: readBuffers,
    now,
    ca: upstreamAuthority?.current,
  });

  const upstreams = createUpstreams(transport);
  const policyContext = {
    clientOf: ({ headers, facts }: PolicyRequest) =>
      clientAddress(
        headers,
        facts,
        (address) => config.TRUSTED_PROXIES.has(address) || config.TRUSTED_GATEWAYS.has(address),
      ),
    sharedBy: workers,
  };
  const routes = createRoutesInForce({
    defaultPolicy: defaultPolicy(config),
    compilePolicies: (route) => compilePolicies(route, policyContext),
    upstreams,
    choosing: { random, zone: config.ZONE, clientOf: policyContext.clientOf },
  });
  const room = createWaitingRoom(config.HOLD_CAPACITY);
  const tunnels = createTunnels();
  const eventStreams = createEventStreams();
  const connections = createOpenConnections();
  const health = createHealth();
  const metrics = createGatewayMetrics({
    service: config.SERVICE_NAME,
    gauges: {
      held: () => room.waiting,
      tunnels: () => tunnels.count,
      readBuffers: () => readBuffers.counts().usedBytes,
      inFlight: () =>
        upstreams.serviceNames().map((name) => [name, upstreams.service(name)?.inFlight ?? 0] as const),
    },
    present: () => presentNames(routes, upstreams),
    now,
  });
  measureDiscovery(metrics.registry, resolver);
  measureUpstreams(metrics.registry, upstreams, now);
  measureBounds(metrics.registry, {
    MAX_CONNECTIONS: () => ({ taken: connections.count, bound: config.MAX_CONNECTIONS }),
    HOLD_CAPACITY: () => ({ taken: room.waiting, bound: config.HOLD_CAPACITY }),
    MAX_IN_FLIGHT: () => ({ taken: mostInFlight(upstreams), bound: config.MAX_IN_FLIGHT }),
  });
  const tls = createServerTls(config, { logger, metrics });
  const isSynced = (): boolean => resolver.synced;

  const forward = createProxy({
    findDestination: createFindDestination({
      routes,
      room,
      holdTimeoutMs: config.HOLD_TIMEOUT_MS,
      clientOf: policyContext.clientOf,
      isSynced,
      now,
      onPolicyAnswer: ({ destination, policy }) => metrics.policyAnswer(routeName(destination), policy),
    }),
    tunnels,
    writes,
    sendQueue,
    now,
    onAttempt: (report) => observeAttempt({ logger, metrics }, report),
    onTurnedAway: ({ destination }) => metrics.attempt(destination?.service ?? '', 'overloaded'),
  });
  const ownPaths = createHttpApp({
    logger,
    metrics,
    health,
    identity,
    mount(app) {
      const catalog = createResolverCatalogView(resolver);
      const guard = legacyApiGuard(config);
      if (config.LEGACY_CALLS) mountLegacyApi(app, { registry, catalog, guard });
    },
  });
  const traffic = createTrafficServer({
    host: config.HOST,
    port: config.PORT,
    maxHeaderBytes: MAX_HEADER_BYTES,
    tls,
    headersTimeoutMs: config.REQUEST_HEADERS_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    maxConnections: config.MAX_CONNECTIONS,
    onRejected: metrics.turnedAway,
    onRefused: createRefusalLog({ logger, metrics, ratio: config.ACCESS_LOG_RATIO, random }),
    tunnels,
    hold: holdRequest,
    connections,
    handle: createTrafficHandler({
      proxy: (exchange) =>
        forward(exchange).then(
          () => eventStreams.begun(exchange),
          (error: unknown) => {
            logger.error('a request broke the proxy', { event: 'proxy_broken', error });
            exchange.fail(gatewayError('INTERNAL_ERROR', { cause: error }));
          },
        ),
      ownPaths,
      ownBodyTimeoutMs: config.REQUEST_HEADERS_TIMEOUT_MS,
      trusted: config.TRUSTED_PROXIES,
      trustedGateways: config.TRUSTED_GATEWAYS,
      scheme: tls ? 'https' : 'http',
      pseudonym: `rollcall-${randomBytes(4).toString('hex')}`,
      now,
      onClose: createAccessLog({ logger, metrics, ratio: config.ACCESS_LOG_RATIO, random, now }),
    }),
  });
  health.addCheck('registry', () => {
    if (!resolver.synced) throw new Error('this gateway has not heard from the registry yet');
  });

  let stopFeeding = (): void => undefined;

  return {
    operations: createLocalOperations({ routes, upstreams, isSynced, now }),
    replaceFileRoutes(fileRoutes) {
      routes.replaceFileRoutes(fileRoutes);
      room.wake();
    },
    metrics,
    health,
    tls,
    // Its health paths ask each time.
    identify: () => undefined,
    async start() {
      registryAuthority?.start();
      upstreamAuthority?.start();
      stopFeeding = feedUpstreams({ resolver, upstreams, routes, room, now, except: config.SERVICE_NAME });
      const { port } = await traffic.start();
      await resolver.start();
      health.started();
      return { port };
    },
    drain() {
      health.draining();
      traffic.drain();
    },
    async stop({ lingerMs, timeoutMs }) {
      const endsAt = now() + timeoutMs;
      eventStreams.endAll();
      tunnels.closeAll(Math.min(FAREWELL_MS, timeoutMs));
      await connections.whenNone(Math.min(lingerMs, timeoutMs));
      await traffic.stop(Math.max(0, endsAt - now()));
      stopFeeding();
      await Promise.all([resolver.stop(), upstreams.destroy()]);
      // Last: until then a SIGHUP must find who takes it.
      registryAuthority?.stop();
      upstreamAuthority?.stop();
    },
  };
}
