import type { Instance } from '@rollcall/contracts';
import { createRetryBudget, mayLoseOneMore, type RetryBudget } from '@rollcall/load-balancing';
import type { LoadMeter } from '@rollcall/registry-client';
import type { Transport } from '../ports/transport';
import { createInstanceUpstream } from './instance-upstream';
import { trafficUpstreams } from './traffic-upstreams';
import type { Upstream } from './upstream';

/** The upstreams of one service, and what is counted for all of them together. */
export interface ServiceUpstreams {
  readonly upstreams: readonly Upstream[];
  /** Rises whenever the set of available upstreams may have changed; results of another version are out of date. */
  readonly version: number;
  /** Attempts in flight, including those to instances that are no longer listed. */
  readonly inFlight: number;
  /** Its own: a service that fails must not spend the retries of the others. */
  readonly budget: RetryBudget;
  /** The full set of its instances, every status included. In force when the call returns. */
  apply(instances: readonly Instance[], now: number): void;
  destroy(): Promise<void>;
}

export function createServiceUpstreams(transport: Transport, meter?: LoadMeter): ServiceUpstreams {
  const retired = new Set<Upstream>();
  let upstreams: readonly Upstream[] = [];
  let version = 0;
  let inFlight = 0;

  const availabilityChanged = (): void => {
    version += 1;
  };
  const service = {
    availabilityChanged,
    mayLoseOneMore: (now: number) => mayLoseOneMore(trafficUpstreams(upstreams, now), now),
    inFlightChanged(by: 1 | -1) {
      inFlight += by;
    },
  };

  function upstreamOf(known: ReadonlyMap<string, Upstream>, instance: Instance, now: number): Upstream {
    const kept = known.get(instance.instance_id);
    // Its connections lead to its address, in its protocol: with another of them it is another upstream.
    if (kept?.instance.url !== instance.url || kept.instance.protocol !== instance.protocol) {
      // No slow start for the first instances: there are no others to take the traffic meanwhile.
      const since = known.size === 0 ? -Infinity : now;
      return createInstanceUpstream({
        instance,
        since,
        transport,
        service,
        load: meter?.attemptsAt(instance.service_name, instance.instance_id),
      });
    }
    if (kept.instance !== instance) kept.update(instance, now);
    return kept;
  }

  function retire(upstream: Upstream): void {
    upstream.retire();
    retired.add(upstream);
    for (const one of retired) if (one.inFlight === 0) retired.delete(one);
  }

  return {
    get upstreams() {
      return upstreams;
    },
    get version() {
      return version;
    },
    get inFlight() {
      return inFlight;
    },
    budget: createRetryBudget(),

    apply(instances, now) {
      const known = new Map(upstreams.map((upstream) => [upstream.id, upstream]));
      const after = instances.map((instance) => upstreamOf(known, instance, now));
      const staying = new Set(after);
      for (const upstream of upstreams) if (!staying.has(upstream)) retire(upstream);
      upstreams = after;
      availabilityChanged();
    },

    async destroy() {
      const all = [...upstreams, ...retired];
      upstreams = [];
      retired.clear();
      availabilityChanged();
      await Promise.all(all.map((upstream) => upstream.destroy()));
    },
  };
}
