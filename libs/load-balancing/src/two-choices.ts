import type { Candidate } from './candidate';
import type { Picker, Random } from './picker';

/**
 * Of two taken at random, the one with fewer requests in flight. Nearly as even as the least of all, at constant cost,
 * and without every caller rushing to the one instance that looks idle.
 */
export function createTwoChoices<C extends Candidate>(random: Random): Picker<C> {
  return {
    pick(candidates) {
      const count = candidates.length;
      const one = Math.floor(random() * count);
      // Drawn from the others: two equal draws would be no choice at all.
      const other = count > 1 ? (one + 1 + Math.floor(random() * (count - 1))) % count : one;
      const first = candidates[one];
      const second = candidates[other];
      if (first === undefined || second === undefined) return undefined;
      return second.inFlight < first.inFlight ? second : first;
    },
  };
}
