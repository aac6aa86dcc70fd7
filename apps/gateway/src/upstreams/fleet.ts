import type { Instance } from '@rollcall/contracts';
import type { Transport } from '../ports/transport';
import { createUpstream, type Upstream } from './upstream';

/** Every upstream there is, by service. One upstream an instance, living as long as the instance is listed. */
export interface Fleet {
  /** The full set of a service's instances, every status included. In force when the call returns. */
  apply(serviceName: string, instances: readonly Instance[]): void;
  of(serviceName: string): readonly Upstream[];
  services(): readonly string[];
  /** Rises whenever who may be picked may have changed; what was worked out at another version is out of date. */
  readonly version: number;
  destroy(): Promise<void>;
}

export function createFleet(transport: Transport): Fleet {
  const byService = new Map<string, readonly Upstream[]>();
  const retired = new Set<Upstream>();
  let version = 0;
  const changed = (): void => {
    version += 1;
  };

  function upstreamOf(known: ReadonlyMap<string, Upstream>, instance: Instance): Upstream {
    const kept = known.get(instance.instance_id);
    // Its connections lead to its address: at another address it is another upstream.
    if (kept?.instance.url !== instance.url)
      return createUpstream({ instance, transport, onAvailabilityChange: changed });
    if (kept.instance !== instance) kept.update(instance);
    return kept;
  }

  function retire(upstream: Upstream): void {
    upstream.retire();
    retired.add(upstream);
    for (const one of retired) if (one.inFlight === 0) retired.delete(one);
  }

  return {
    apply(serviceName, instances) {
      const before = byService.get(serviceName) ?? [];
      const known = new Map(before.map((upstream) => [upstream.id, upstream]));
      const after = instances.map((instance) => upstreamOf(known, instance));
      const staying = new Set(after);
      for (const upstream of before) if (!staying.has(upstream)) retire(upstream);
      if (after.length > 0) byService.set(serviceName, after);
      else byService.delete(serviceName);
      changed();
    },
    of: (serviceName) => byService.get(serviceName) ?? [],
    services: () => [...byService.keys()],
    get version() {
      return version;
    },
    async destroy() {
      const all = [...byService.values()].flat();
      byService.clear();
      changed();
      await Promise.all([...all, ...retired].map((upstream) => upstream.destroy()));
      retired.clear();
    },
  };
}
