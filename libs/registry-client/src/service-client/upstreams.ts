import type { Instance } from '@rollcall/contracts';
import type { Picker } from '@rollcall/load-balancing';
import type { LookupFunction } from 'node:net';
import { trafficCandidates } from '../resolver/traffic-candidates';
import { createUpstream, type Upstream } from './upstream';

/** The instances of one service that may get traffic. */
export interface Upstreams {
  /** Takes over a new set; who stays keeps connections, count and what is known of it. */
  update(instances: readonly Instance[]): void;
  /** One that is not among those tried, and preferably one that is not ejected. */
  choose(tried: ReadonlySet<Upstream>, now: number): Upstream | undefined;
  /** Whether `choose` would find one. */
  hasOther(tried: ReadonlySet<Upstream>): boolean;
}

export function createUpstreams(picker: Picker<Upstream>, lookup: LookupFunction): Upstreams {
  let known = new Map<string, Upstream>();
  let candidates: readonly Upstream[] = [];

  return {
    update(instances) {
      const previous = known;
      known = new Map(
        instances.map((instance) => {
          const before = previous.get(instance.instance_id);
          if (before?.instance.url !== instance.url)
            return [instance.instance_id, createUpstream(instance, lookup)];
          before.renew(instance);
          return [instance.instance_id, before];
        }),
      );
      for (const upstream of previous.values())
        if (known.get(upstream.id) !== upstream) upstream.connections.retire();
      // By the time a drain is acknowledged no idle connection to the instance is left (nodejs/node#20256).
      for (const { instance, connections } of known.values())
        if (instance.status === 'draining') connections.retire();
      candidates = trafficCandidates(instances).flatMap(({ instance_id: id }) => known.get(id) ?? []);
    },
    choose(tried, now) {
      const untried = tried.size === 0 ? candidates : candidates.filter((upstream) => !tried.has(upstream));
      const available = untried.filter((upstream) => upstream.isAvailable(now));
      // With all of them ejected, trying one is better than failing for certain.
      return picker.pick(available.length > 0 ? available : untried);
    },
    hasOther: (tried) => candidates.some((upstream) => !tried.has(upstream)),
  };
}
