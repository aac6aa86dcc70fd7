import type { LoadSource, Resolver } from '@rollcall/registry-client';
import type { AuthorityLoop, Health, HttpServer, ServerTls } from '@rollcall/service-kit';
import type { OpenConnections } from './http/open-connections';
import type { KeySources } from './tokens/key-sources';
import type { GatewayMetrics } from './metrics/gateway-metrics';
import type { Operations } from './operations/operations';
import type { EventStreams } from './proxy/event-streams';
import type { HeldRequests } from './proxy/held-requests';
import type { Mirrors } from './proxy/mirrors';
import type { Tunnels } from './proxy/tunnels';
import type { Route } from './routing/route';
import type { RoutesInForce } from './upstreams/routes-in-force';
import type { Upstreams } from './upstreams/upstreams';

/** The traffic of one process: everything that a request goes through, and what is known of the catalog for it. */
export interface DataPath {
  readonly operations: Operations;
  /** What it sends to whom. */
  readonly load: LoadSource;
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
   * Ends event streams and tunnels, which would never end by themselves; serves callers that still come for up to
   * `lingerMs` while any is connected; stops accepting; finishes what is in flight, and cuts it at `timeoutMs`.
   */
  stop(limits: { readonly lingerMs: number; readonly timeoutMs: number }): Promise<void>;
}

/** What a data path is made of; `composeDataPath` makes it. */
export interface DataPathParts {
  readonly operations: Operations;
  readonly load: LoadSource;
  readonly routes: Pick<RoutesInForce, 'replaceFileRoutes'>;
  readonly keySources: Pick<KeySources, 'follow' | 'stop'>;
  readonly mirrors: Pick<Mirrors, 'follow' | 'drain' | 'destroy'>;
  readonly held: Pick<HeldRequests, 'wake'>;
  readonly metrics: GatewayMetrics;
  readonly health: Health;
  readonly tls: ServerTls | undefined;
  /** Of the registries and the instances, where files say which. */
  readonly followed: readonly (Pick<AuthorityLoop, 'start' | 'stop'> | undefined)[];
  readonly resolver: Pick<Resolver, 'start' | 'stop'>;
  readonly upstreams: Pick<Upstreams, 'destroy'>;
  /** Brings what the resolver knows into force from now on. @returns what ends it */
  readonly feed: () => () => void;
  readonly server: HttpServer;
  readonly connections: Pick<OpenConnections, 'whenNone'>;
  readonly eventStreams: Pick<EventStreams, 'endAll'>;
  readonly tunnels: Pick<Tunnels, 'closeAll'>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Milliseconds for a WebSocket's two ends to close it; a browser answers a Close frame at once. */
const FAREWELL_MS = 1000;

/** The order in which a data path begins and ends. */
export function createDataPath(parts: DataPathParts): DataPath {
  const {
    operations,
    routes,
    keySources,
    mirrors,
    held,
    metrics,
    health,
    tls,
    followed,
    resolver,
    upstreams,
  } = parts;
  const { feed, server, connections, eventStreams, tunnels, now } = parts;
  let stopFeeding = (): void => undefined;

  return {
    operations,
    load: parts.load,
    replaceFileRoutes(fileRoutes) {
      keySources.follow(fileRoutes);
      mirrors.follow(fileRoutes);
      routes.replaceFileRoutes(fileRoutes);
      held.wake();
    },
    metrics,
    health,
    tls,
    // Its health paths ask each time.
    identify: () => undefined,
    async start() {
      for (const files of followed) files?.start();
      stopFeeding = feed();
      const { port } = await server.start();
      await resolver.start();
      health.started();
      return { port };
    },
    drain() {
      health.draining();
      mirrors.drain();
      server.drain();
    },
    async stop({ lingerMs, timeoutMs }) {
      const endsAt = now() + timeoutMs;
      mirrors.drain();
      eventStreams.endAll();
      tunnels.closeAll(Math.min(FAREWELL_MS, timeoutMs));
      await connections.whenNone(Math.min(lingerMs, timeoutMs));
      await server.stop(Math.max(0, endsAt - now()));
      stopFeeding();
      keySources.stop();
      await Promise.all([resolver.stop(), upstreams.destroy(), mirrors.destroy()]);
      // Last: until then a SIGHUP must find who takes it.
      for (const files of followed) files?.stop();
    },
  };
}
