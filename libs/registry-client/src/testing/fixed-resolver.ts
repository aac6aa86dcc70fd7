import type { DiscoveryResult } from '../resolver/discovery-result';
import { createListeners, type Listeners } from '../resolver/listeners';
import type { Resolver } from '../resolver/resolver';
import { createFakeCatalog } from './fake-catalog';

/** A resolver without a registry: it knows what it was told, and needs neither start nor stop. */
export interface FixedResolver extends Resolver {
  /** The service's instances are at these addresses from now on, and all of them are up. */
  set(serviceName: string, urls: readonly string[]): void;
  /** The service has this result from now on, whatever it says. */
  tell(serviceName: string, result: DiscoveryResult): void;
}

/** @param services addresses by service name; every other service is resolved, and empty */
export function createFixedResolver(
  services: Readonly<Record<string, readonly string[]>> = {},
): FixedResolver {
  const catalog = createFakeCatalog({ ttlSeconds: 30 });
  const told = new Map<string, DiscoveryResult>();
  const ofService = new Map<string, Listeners<[DiscoveryResult]>>();
  const ofEvery = createListeners<[string, DiscoveryResult]>();

  function tell(serviceName: string, result: DiscoveryResult): void {
    told.set(serviceName, result);
    ofService.get(serviceName)?.tell(result);
    ofEvery.tell(serviceName, result);
  }

  function set(serviceName: string, urls: readonly string[]): void {
    for (const instance of catalog.instancesOf(serviceName))
      if (!urls.includes(instance.url)) catalog.evict(instance.instance_id);
    for (const url of urls) catalog.register({ service_name: serviceName, url });
    tell(serviceName, listed(serviceName));
  }

  function listed(serviceName: string): DiscoveryResult {
    const { revision } = catalog;
    return {
      state: 'resolved',
      snapshot: {
        serviceName,
        revision,
        instances: catalog.instancesOf(serviceName),
        claims: catalog.claimsOf(serviceName),
      },
    };
  }

  const current = (serviceName: string): DiscoveryResult => told.get(serviceName) ?? listed(serviceName);
  for (const [name, urls] of Object.entries(services)) set(name, urls);

  return {
    subscriber: 'fixed',
    synced: true,
    staleSince: undefined,
    set,
    tell,
    current,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    services: () => [...told.keys()],
    resolve: (serviceName) => Promise.resolve(current(serviceName)),
    onChange: (listener) => ofEvery.add(listener),
    watch(serviceName, listener) {
      const listeners = ofService.get(serviceName) ?? createListeners<[DiscoveryResult]>();
      ofService.set(serviceName, listeners);
      listener(current(serviceName));
      return listeners.add(listener);
    },
  };
}
