import type { Instance } from '@rollcall/contracts';
import type { LoadMeter } from '@rollcall/registry-client';
import type { Transport } from '../ports/transport';
import { createServiceUpstreams, type ServiceUpstreams } from './service-upstreams';
import type { Upstream } from './upstream';

/** Every upstream there is, by service. One upstream an instance, living as long as the instance is listed. */
export interface Upstreams {
  /** The full set of a service's instances, every status included. In force when the call returns. */
  apply(serviceName: string, instances: readonly Instance[], now: number): void;
  /** Those of one service; the same array until `apply`. */
  of(serviceName: string): readonly Upstream[];
  /** There while the service has instances or attempts under way. */
  service(serviceName: string): ServiceUpstreams | undefined;
  /** The services that have instances. */
  serviceNames(): readonly string[];
  destroy(): Promise<void>;
}

const NO_UPSTREAMS: readonly Upstream[] = [];

/** @param meter counts what is sent to them */
export function createUpstreams(transport: Transport, meter?: LoadMeter): Upstreams {
  const services = new Map<string, ServiceUpstreams>();
  /** Services without instances that had attempts under way when they were last looked at. */
  const leaving = new Map<string, ServiceUpstreams>();

  function serviceOf(serviceName: string): ServiceUpstreams {
    const kept = services.get(serviceName);
    if (kept !== undefined) return kept;
    const service = createServiceUpstreams(transport, meter);
    services.set(serviceName, service);
    return service;
  }

  /** Any registering process chooses a name, so names that are gone must not pile up. Skips services that have instances. */
  function forgetIdle(): void {
    for (const [name, { upstreams, inFlight }] of leaving) {
      if (upstreams.length === 0 && inFlight > 0) continue;
      leaving.delete(name);
      if (upstreams.length === 0) services.delete(name);
    }
  }

  return {
    apply(serviceName, instances, now) {
      const service = serviceOf(serviceName);
      service.apply(instances, now);
      if (instances.length > 0) return;
      leaving.set(serviceName, service);
      forgetIdle();
    },
    of: (serviceName) => services.get(serviceName)?.upstreams ?? NO_UPSTREAMS,
    service: (serviceName) => services.get(serviceName),
    serviceNames: () =>
      [...services].filter(([, { upstreams }]) => upstreams.length > 0).map(([name]) => name),
    async destroy() {
      const all = [...services.values()];
      services.clear();
      leaving.clear();
      await Promise.all(all.map((service) => service.destroy()));
    },
  };
}
