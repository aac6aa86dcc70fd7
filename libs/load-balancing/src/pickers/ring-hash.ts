import type { Candidate } from '../candidates/candidate';
import { createHashRing, type HashRing } from './hash-ring';
import type { Picker, Random } from './picker';
import { sameCandidates } from './same-candidates';
import { stringHash } from './string-hash';

export interface RingHashOptions {
  readonly random: Random;
  /**
   * How many times an even share of the requests in flight one may have, e.g. 1.25; beyond it the next on the ring is
   * picked. Too low tears keys from their instance; too high lets one popular key run it down. Infinity never moves one.
   */
  readonly maxLoad?: number;
}

/**
 * One key to one instance, for as long as that may be picked; what comes or goes moves its own share of the keys and no
 * other (consistent hashing). A request without a key goes anywhere.
 */
export function createRingHash<C extends Candidate>(options: RingHashOptions): Picker<C> {
  const { random, maxLoad = Infinity } = options;
  let list: readonly C[] = [];
  // Copied: candidates are live objects, whose weight changes in a list that stays.
  let weights: readonly number[] = [];
  let ring: HashRing = createHashRing([]);

  function take(candidates: readonly C[]): void {
    if (!sameCandidates(candidates, list, weights)) {
      weights = candidates.map(({ weight }) => weight);
      ring = createHashRing(candidates);
    }
    list = candidates;
  }

  /** The first from that point on that has room for one more (bounded loads). One pass over the list. */
  function withRoom(from: number): C | undefined {
    let inFlight = 1;
    let weight = 0;
    for (const candidate of list) {
      inFlight += candidate.inFlight;
      weight += candidate.weight;
    }
    for (let point = from; point < from + ring.points; point += 1) {
      const candidate = list[ring.memberAt(point)];
      if (candidate === undefined) break;
      if (candidate.inFlight < Math.ceil((maxLoad * inFlight * candidate.weight) / weight)) return candidate;
    }
    return list[ring.memberAt(from)];
  }

  return {
    pick(candidates, _now, key) {
      if (candidates !== list) take(candidates);
      if (list.length === 0) return undefined;
      const point = ring.pointAt(key === undefined ? Math.floor(random() * 2 ** 32) : stringHash(key));
      return maxLoad === Infinity ? list[ring.memberAt(point)] : withRoom(point);
    },
  };
}
