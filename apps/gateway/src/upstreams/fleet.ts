import type { Instance } from '@rollcall/contracts';
import type { Transport } from '../ports/transport';
import { createServiceGroup, type ServiceGroup } from './service-group';
import type { Upstream } from './upstream';

/** Every upstream there is, by service. One upstream an instance, living as long as the instance is listed. */
export interface Fleet {
  /** The full set of a service's instances, every status included. In force when the call returns. */
  apply(serviceName: string, instances: readonly Instance[], now: number): void;
  /** The same array until `apply`. */
  of(serviceName: string): readonly Upstream[];
  /** There while the service has instances or attempts under way. */
  group(serviceName: string): ServiceGroup | undefined;
  /** Those that have instances. */
  services(): readonly string[];
  destroy(): Promise<void>;
}

const NOBODY: readonly Upstream[] = [];

export function createFleet(transport: Transport): Fleet {
  const groups = new Map<string, ServiceGroup>();
  /** Groups without instances that had attempts under way when they were last looked at. */
  const leaving = new Map<string, ServiceGroup>();

  function groupOf(serviceName: string): ServiceGroup {
    const kept = groups.get(serviceName);
    if (kept !== undefined) return kept;
    const group = createServiceGroup(transport);
    groups.set(serviceName, group);
    return group;
  }

  /** Names come from whoever registers; what is gone must not add up. Looks at no group that has instances. */
  function forgetIdle(): void {
    for (const [name, { upstreams, inFlight }] of leaving) {
      if (upstreams.length === 0 && inFlight > 0) continue;
      leaving.delete(name);
      if (upstreams.length === 0) groups.delete(name);
    }
  }

  return {
    apply(serviceName, instances, now) {
      const group = groupOf(serviceName);
      group.apply(instances, now);
      if (instances.length > 0) return;
      leaving.set(serviceName, group);
      forgetIdle();
    },
    of: (serviceName) => groups.get(serviceName)?.upstreams ?? NOBODY,
    group: (serviceName) => groups.get(serviceName),
    services: () => [...groups].filter(([, { upstreams }]) => upstreams.length > 0).map(([name]) => name),
    async destroy() {
      const all = [...groups.values()];
      groups.clear();
      leaving.clear();
      await Promise.all(all.map((group) => group.destroy()));
    },
  };
}
