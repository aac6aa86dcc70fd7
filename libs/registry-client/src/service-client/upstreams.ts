import type { Instance } from '@rollcall/contracts';
import {
  availableAmong,
  mayLoseOneMore,
  type OtherUpstreams,
  type Picker,
  type Random,
} from '@rollcall/load-balancing';
import { trafficCandidates } from '../resolver/traffic-candidates';
import type { ConnectionRules } from './connections';
import { createUpstream, type Upstream } from './upstream';

/** The instances of one service that may get traffic. */
export interface Upstreams extends OtherUpstreams<Upstream> {
  /** Takes over a new set; who stays keeps connections, count and what is known of it. */
  update(instances: readonly Instance[], now: number): void;
  /**
   * One of those that are picked from: see `availableAmong`.
   *
   * @param key see `Picker`
   */
  pick(now: number, key?: string): Upstream | undefined;
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
          before.update(instance, now);
          return [instance.instance_id, before];
        }),
      );
      for (const upstream of previous.values()) if (known.get(upstream.id) !== upstream) upstream.retire();
      candidates = trafficCandidates([...known.values()]);
    },
    pick: (now, key) => picker.pick(availableAmong(candidates, now), now, key),
    pickOther(tried, now) {
      const untried = (list: readonly Upstream[]) => list.filter((upstream) => !tried.includes(upstream));
      // Not by the picker: a shorter list would be a new one to it, and begin its turn anew for everybody.
      const upstream = randomOf(untried(availableAmong(candidates, now)), random);
      if (upstream !== undefined) return { kind: 'available', upstream };
      const last = randomOf(untried(candidates), random);
      return last === undefined ? { kind: 'none' } : { kind: 'last-resort', upstream: last };
    },
    hasOther: (tried) => candidates.some((upstream) => !tried.includes(upstream)),
  };
}

function randomOf<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
