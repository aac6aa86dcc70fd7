import { randomBytes } from 'node:crypto';
import { createLoadMeter } from '@rollcall/registry-client';
import {
  createHealth,
  createSendQueue,
  createServerTls,
  followAuthority,
  REGISTRY_PAIR,
  type AuthorityLoop,
  type Logger,
  type ServiceKit,
} from '@rollcall/service-kit';
import { createReadBuffers } from './adapters/http1/read-buffers';
import { composeMetrics } from './compose-metrics';
import { composeCallers } from './compose-callers';
import { composeOwnPaths } from './compose-own-paths';
import { composeResolver } from './compose-resolver';
import { composeTokens } from './compose-tokens';
import { composeClientPair, composeTransport } from './compose-transport';
import { UPSTREAM_PAIR, type GatewayConfig } from './config';
import { createDataPath, type DataPath } from './data-path';
import { defaultPolicy } from './default-policy';
import { logBrokenRequest, observeAttempt } from './event-logger';
import { createAcceptRequest } from './http/accept-request';
import { createAccessLog, createRefusalLog } from './http/access-log';
import { createOpenConnections } from './http/open-connections';
import { createAttempts } from './proxy/attempts';
import { createEventStreams } from './proxy/event-streams';
import { createHeldRequests } from './proxy/held-requests';
import { createProxy } from './proxy/proxy';
import { createMirrors } from './proxy/mirrors';
import { createRequestSpans } from './proxy/request-spans';
import { createRouteRequest } from './proxy/route-request';
import { createTunnels } from './proxy/tunnels';
import { clientAddress } from './headers/client-address';
import { createLocalLoad } from './operations/local-load';
import { createLocalOperations } from './operations/operations';
import type { PolicyRequest } from './policies/policy';
import { compilePolicies } from './policies/route-policies';
import { feedUpstreams } from './upstream-feed';
import { createUpstreams } from './upstreams/upstreams';
import { createRoutesInForce } from './upstreams/routes-in-force';
import { createWriteRound } from './write-round-loop';

export interface DataPathOptions extends ServiceKit {
  /** Under which this gateway is registered, or will be: its subscriptions carry it. */
  readonly instanceId: string;
  /** `<instance_id>/<epoch>` while this gateway is registered, for its health paths. */
  readonly identity: () => string | undefined;
  /** How many such data paths the gateway has, each in a process of its own; limits of rates are divided among them. */
  readonly workers?: number;
  /** Whether this one writes what the registry says to disk; each reads it at its start. */
  readonly keepsCatalog?: boolean;
  /** Everything has been heard from a registry. */
  readonly onSynced?: () => void;
}

export function composeDataPath(
  config: Readonly<GatewayConfig>,
  { logger, tracer, instanceId, identity, workers = 1, keepsCatalog = true, onSynced }: DataPathOptions,
): DataPath {
  const now = (): number => performance.now();
  const random = Math.random;
  const { REGISTRY_CA_FILE, UPSTREAM_CA_FILE, HOLD_TIMEOUT_MS: holdTimeoutMs } = config;
  const registryAuthority = authorityOf('REGISTRY_CA_FILE', REGISTRY_CA_FILE, logger);
  const upstreamAuthority = authorityOf('UPSTREAM_CA_FILE', UPSTREAM_CA_FILE, logger);
  const registryPair = composeClientPair(REGISTRY_PAIR, config, logger);
  const upstreamPair = composeClientPair(UPSTREAM_PAIR, config, logger);
  const resolver = composeResolver(config, {
    logger,
    instanceId,
    keepsCatalog,
    onSynced() {
      held.wake();
      onSynced?.();
    },
  });
  const writes = createWriteRound();
  const sendQueue = createSendQueue(now);
  const buffers = createReadBuffers();
  const transport = composeTransport(config, {
    writes,
    sendQueue,
    buffers,
    now,
    ca: upstreamAuthority?.current,
    pair: upstreamPair?.current,
  });

  const meter = createLoadMeter();
  const upstreams = createUpstreams(transport, meter);
  const isTrusted = (address: string): boolean =>
    config.TRUSTED_PROXIES.has(address) || config.TRUSTED_GATEWAYS.has(address);
  const clientOf = ({ headers, facts }: PolicyRequest): string => clientAddress(headers, facts, isTrusted);
  const { keySources, tokens } = composeTokens(config, { logger, now, random, workers });
  const choosing = { random, zone: config.ZONE, clientOf };
  const routes = createRoutesInForce({
    defaultPolicy: defaultPolicy(config),
    compilePolicies: (route) => compilePolicies(route, { clientOf, sharedBy: workers, tokens }),
    upstreams,
    choosing,
    meter,
  });
  const held = createHeldRequests(config.HOLD_CAPACITY);
  const tunnels = createTunnels();
  const eventStreams = createEventStreams();
  const connections = createOpenConnections();
  const health = createHealth();
  const isSynced = (): boolean => resolver.synced;
  const metrics = composeMetrics(config, {
    tracer,
    resolver,
    routes,
    upstreams,
    held,
    tunnels,
    connections,
    buffers,
    keySources,
    now,
  });
  const mirrors = createMirrors({ transport, upstreams, choosing, now, onCopy: metrics.mirrored });
  const tls = createServerTls(config, { logger, metrics });

  const serve = createProxy({
    routeRequest: createRouteRequest({ routes, held, holdTimeoutMs, clientOf, isSynced, now }),
    attempt: createAttempts({
      tunnels,
      mirrors,
      writes,
      now,
      onAttempt: (report) => observeAttempt({ logger, metrics }, report),
    }),
    startSpans: tracer && createRequestSpans({ tracer, clientOf, now }),
    onAnswered: (caller, head) => eventStreams.begun(caller, head),
    now,
    onBroken: (error, { facts }) => logBrokenRequest(logger, error, facts),
    onServed: createAccessLog({ logger, metrics, ratio: config.ACCESS_LOG_RATIO, random }),
  });
  const accept = createAcceptRequest({
    trusted: config.TRUSTED_PROXIES,
    trustedGateways: config.TRUSTED_GATEWAYS,
    scheme: tls ? 'https' : 'http',
    sample: tracer?.sample,
    pseudonym: `rollcall-${randomBytes(4).toString('hex')}`,
  });
  const ownPaths = composeOwnPaths(config, {
    logger,
    metrics,
    health,
    identity,
    resolver,
    authority: registryAuthority,
    pair: registryPair,
  });
  const server = composeCallers(config, {
    traffic: { accept, serve },
    ownPaths,
    tls,
    sendQueue,
    writes,
    now,
    metrics,
    onRefused: createRefusalLog({ logger, metrics, ratio: config.ACCESS_LOG_RATIO, random }),
    admit: (socket) => tunnels.admit(socket),
    attach: (listening) => connections.attach(listening),
  });
  health.addCheck('registry', () => {
    if (!resolver.synced) throw new Error('this gateway has not heard from the registry yet');
  });

  return createDataPath({
    operations: createLocalOperations({ routes, upstreams, isSynced, now }),
    load: createLocalLoad({ meter, upstreams, routes, held: () => held.byService(), now }),
    routes,
    keySources,
    mirrors,
    held,
    metrics,
    health,
    tls,
    followed: [registryAuthority, registryPair, upstreamAuthority, upstreamPair],
    resolver,
    upstreams,
    feed: () =>
      feedUpstreams({ resolver, upstreams, mirrors, routes, held, now, except: config.SERVICE_NAME }),
    server,
    connections,
    eventStreams,
    tunnels,
    now,
  });
}

function authorityOf(name: string, file: string | undefined, logger: Logger): AuthorityLoop | undefined {
  return file === undefined ? undefined : followAuthority(name, file, { logger });
}
