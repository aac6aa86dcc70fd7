import type { Resolver } from '@rollcall/registry-client';
import { measureBounds, measureDiscovery, type Tracer } from '@rollcall/service-kit';
import type { ReadBuffers } from './adapters/http1/read-buffers';
import type { GatewayConfig } from './config';
import type { OpenConnections } from './http/open-connections';
import { createGatewayMetrics, type GatewayMetrics } from './metrics/gateway-metrics';
import { measureTokens } from './metrics/measure-tokens';
import { measureUpstreams, mostInFlight } from './metrics/measure-upstreams';
import type { HeldRequests } from './proxy/held-requests';
import type { Tunnels } from './proxy/tunnels';
import type { KeySources } from './tokens/key-sources';
import { presentNames } from './upstreams/present-names';
import type { RoutesInForce } from './upstreams/routes-in-force';
import type { Upstreams } from './upstreams/upstreams';

/** What is measured of a data path. */
export interface MeasuredParts {
  readonly tracer: Tracer | undefined;
  readonly resolver: Resolver;
  readonly routes: RoutesInForce;
  readonly upstreams: Upstreams;
  readonly held: HeldRequests;
  readonly tunnels: Tunnels;
  readonly connections: OpenConnections;
  readonly buffers: ReadBuffers;
  readonly keySources: KeySources;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function composeMetrics(
  config: Readonly<GatewayConfig>,
  {
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
  }: MeasuredParts,
): GatewayMetrics {
  const metrics = createGatewayMetrics({
    service: config.SERVICE_NAME,
    tracer,
    gauges: {
      held: () => held.count,
      tunnels: () => tunnels.count,
      readBuffers: () => buffers.counts().usedBytes,
      inFlight: () =>
        upstreams.serviceNames().map((name) => [name, upstreams.service(name)?.inFlight ?? 0] as const),
    },
    present: () => (resolver.synced ? presentNames(routes, upstreams) : undefined),
    now,
  });
  measureDiscovery(metrics.registry, resolver);
  measureUpstreams(metrics.registry, upstreams, now);
  measureTokens(metrics.registry, keySources);
  measureBounds(metrics.registry, {
    MAX_CONNECTIONS: () => ({ taken: connections.count, bound: config.MAX_CONNECTIONS }),
    HOLD_CAPACITY: () => ({ taken: held.count, bound: config.HOLD_CAPACITY }),
    MAX_IN_FLIGHT: () => ({ taken: mostInFlight(upstreams), bound: config.MAX_IN_FLIGHT }),
  });
  return metrics;
}
