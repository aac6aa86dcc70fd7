import type { Instance } from '@rollcall/contracts';
import {
  availableAmong,
  mayLoseOneMore,
  type OtherCandidate,
  type Picker,
  type Random,
} from '@rollcall/load-balancing';
import { trafficCandidates } from '../resolver/traffic-candidates';
import type { ConnectionRules } from './connections';
import { createUpstream, type Upstream } from './upstream';

/** The instances of one service that may get traffic. */
export interface Upstreams {
  /** Takes over a new set; who stays keeps connections, count and what is known of it. */
  update(instances: readonly Instance[], now: number): void;
  /**
   * One that is not among those tried, and preferably one that is not ejected.
   *
   * @param key see `Picker`
   */
  choose(tried: ReadonlySet<Upstream>, now: number, key?: string): Upstream | undefined;
  /** What `choose` would find. */
  otherThan(tried: ReadonlySet<Upstream>, now: number): OtherCandidate;
}

export interface UpstreamsOptions {
  readonly picker: Picker<Upstream>;
  readonly connecting: ConnectionRules;
  readonly random: Random;
}

export function createUpstreams({ picker, connecting, random }: UpstreamsOptions): Upstreams {
  let known = new Map<string, Upstream>();
  let candidates: readonly Upstream[] = [];

  // The first ones have nobody to leave the work to while they get warm.
  function newUpstream(instance: Instance, since: number): Upstream {
    return createUpstream({
      instance,
      since,
      connecting,
      mayLoseOneMore: (now) => mayLoseOneMore(candidates, now),
    });
  }

  return {
    update(instances, now) {
      const previous = known;
      known = new Map(
        instances.map((instance) => {
          const before = previous.get(instance.instance_id);
          if (before?.instance.url !== instance.url)
            return [instance.instance_id, newUpstream(instance, previous.size === 0 ? -Infinity : now)];
          before.renew(instance, now);
          return [instance.instance_id, before];
        }),
      );
      for (const upstream of previous.values())
        if (known.get(upstream.id) !== upstream) upstream.connections.retire();
      // By the time a drain is acknowledged no idle connection to the instance is left (nodejs/node#20256).
      for (const { instance, connections } of known.values())
        if (instance.status === 'draining') connections.retire();
      candidates = trafficCandidates([...known.values()]);
    },
    choose(tried, now, key) {
      const available = availableAmong(candidates, now);
      if (tried.size === 0) return picker.pick(available, now, key);
      const untried = (list: readonly Upstream[]) => list.filter((upstream) => !tried.has(upstream));
      const left = untried(available);
      // Not by the picker: a shorter list would be a new one to it, and begin its turn anew for everybody.
      return randomOf(left.length > 0 ? left : untried(candidates), random);
    },
    otherThan(tried, now) {
      const isUntried = (upstream: Upstream): boolean => !tried.has(upstream);
      if (availableAmong(candidates, now).some(isUntried)) return 'available';
      return candidates.some(isUntried) ? 'last-resort' : 'none';
    },
  };
}

function randomOf<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
