import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';
import { sameCandidates } from './same-candidates';

/** Each in its turn. */
export function createRoundRobin<C extends Candidate>(random: Random): Picker<C> {
  let list: readonly C[] = [];
  let next = 0;

  return {
    pick(candidates) {
      if (!sameCandidates(candidates, list)) next = Math.floor(random() * candidates.length);
      list = candidates;
      const chosen = candidates[next];
      next = next + 1 < candidates.length ? next + 1 : 0;
      return chosen;
    },
  };
}
