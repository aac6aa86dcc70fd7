import type { Instance } from '@rollcall/contracts';
import type { Resolver } from '@rollcall/registry-client';
import type { CatalogView } from '../ports/catalog-view';

/** The catalog as the resolver's stream tells it. */
export function createResolverCatalogView(resolver: Pick<Resolver, 'current' | 'onChange'>): CatalogView {
  function find(serviceName: string, instanceId: string): Instance | undefined {
    const result = resolver.current(serviceName);
    return 'snapshot' in result
      ? result.snapshot.instances.find((instance) => instance.instance_id === instanceId)
      : undefined;
  }

  return {
    find,
    until: (serviceName, instanceId, condition, timeoutMs) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (condition(find(serviceName, instanceId))) finish(true);
        };
        const finish = (holds: boolean): void => {
          clearTimeout(timer);
          forget();
          resolve(holds);
        };
        const timer = setTimeout(() => finish(false), timeoutMs);
        const forget = resolver.onChange(look);
        look();
      }),
  };
}
