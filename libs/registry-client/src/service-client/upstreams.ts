import type { Instance } from '@rollcall/contracts';
import {
  availableAmong,
  mayLoseOneMore,
  type OtherUpstreams,
  type Picker,
  type Random,
} from '@rollcall/load-balancing';
import type { LoadMeter } from '../load/load-meter';
import { trafficCandidates } from '../resolver/traffic-candidates';
import type { ConnectionRules } from './connections';
import { createUpstream, type Upstream } from './upstream';

/** The instances of one service that may get traffic. */
export interface Upstreams extends OtherUpstreams<Upstream> {
  /** Replaces the set. An instance that stays keeps its connections, its requests in flight and its health. */
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
  /** Where attempts at its instances are counted. */
  readonly load?: Pick<LoadMeter, 'attemptsAt'> | undefined;
}

export function createUpstreams({ picker, connecting, random, load }: UpstreamsOptions): Upstreams {
  let known = new Map<string, Upstream>();
  let candidates: readonly Upstream[] = [];

  // The first instances have no others to carry the load while they warm up: they begin without slow start.
  function newUpstream(instance: Instance, since: number): Upstream {
    return createUpstream({
      instance,
      since,
      connecting,
      mayLoseOneMore: (now) => mayLoseOneMore(candidates, now),
      load: load?.attemptsAt(instance.service_name, instance.instance_id),
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
      // Not by the picker: it would take the shorter list for a new one, and restart its rotation for every call.
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
