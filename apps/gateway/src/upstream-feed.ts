import type { DiscoveryResult, Resolver } from '@rollcall/registry-client';
import type { HeldRequests } from './proxy/held-requests';
import type { Mirrors } from './proxy/mirrors';
import type { Upstreams } from './upstreams/upstreams';
import type { RoutesInForce } from './upstreams/routes-in-force';

export interface UpstreamFeedOptions {
  readonly resolver: Pick<Resolver, 'onChange' | 'services' | 'current'>;
  readonly upstreams: Upstreams;
  readonly mirrors: Pick<Mirrors, 'apply'>;
  readonly routes: RoutesInForce;
  readonly held: HeldRequests;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** A service that is never an upstream: the one that this gateway is an instance of. */
  readonly except?: string;
}

/**
 * Brings what the registry says into force before the resolver's call returns: by the time a drain is acknowledged, the
 * instance is picked no more and its idle connections are closed. What is not known changes nothing: the last known good
 * stays in force while the registry is away.
 *
 * @returns what ends it
 */
export function feedUpstreams({
  resolver,
  upstreams,
  mirrors,
  routes,
  held,
  now,
  except,
}: UpstreamFeedOptions): () => void {
  const take = (serviceName: string, result: DiscoveryResult): void => {
    if (serviceName === except) return;
    if (result.state === 'resolved' || result.state === 'stale') {
      const { instances, claims } = result.snapshot;
      const at = now();
      upstreams.apply(serviceName, instances, at);
      mirrors.apply(serviceName, instances, at);
      routes.update(serviceName, instances, claims);
    }
    held.wake();
  };
  for (const serviceName of resolver.services()) take(serviceName, resolver.current(serviceName));
  return resolver.onChange(take);
}
