import { MAX_SUBJECTS, OTHER } from '@rollcall/service-kit';
import { Gauge, type Registry } from 'prom-client';
import type { Upstreams } from '../upstreams/upstreams';

/**
 * How many instances of each service this gateway uses, and how many it has ejected. Read at each scrape. Workers
 * have an opinion each: the average is printed, so that the two add up to the number of instances.
 *
 * @param now milliseconds, monotonic
 */
export function measureUpstreams(
  registry: Registry,
  upstreams: Pick<Upstreams, 'serviceNames' | 'of'>,
  now: () => number,
): void {
  new Gauge({
    name: 'rollcall_gateway_upstream_instances',
    help: 'Instances of a service, by state: available, or ejected by this gateway.',
    labelNames: ['upstream_service', 'state'] as const,
    aggregator: 'average',
    registers: [registry],
    collect() {
      this.reset();
      const at = now();
      for (const [place, name] of upstreams.serviceNames().entries()) {
        const instances = upstreams.of(name);
        const ejected = instances.filter(
          (upstream) => upstream.standing(at) !== 'available' || upstream.manualEjection(at) !== undefined,
        ).length;
        const service = place < MAX_SUBJECTS ? name : OTHER;
        this.inc({ upstream_service: service, state: 'available' }, instances.length - ejected);
        this.inc({ upstream_service: service, state: 'ejected' }, ejected);
      }
    },
  });
}

/** Requests under way to the service that has most of them: MAX_IN_FLIGHT bounds each service by itself. */
export function mostInFlight(upstreams: Pick<Upstreams, 'serviceNames' | 'service'>): number {
  return upstreams
    .serviceNames()
    .reduce((most, name) => Math.max(most, upstreams.service(name)?.inFlight ?? 0), 0);
}
