import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';

/**
 * Of two taken at random, the one that costs less; of equals the one drawn first. Nearly as good as the best of all, at
 * constant cost, and without every caller rushing to the one instance that looks best.
 */
export function createBetterOfTwo<C extends Candidate>(
  random: Random,
  costOf: (candidate: C, now: number) => number,
): Picker<C> {
  return {
    pick(candidates, now) {
      const count = candidates.length;
      const one = Math.floor(random() * count);
      // Drawn from the others: two equal draws would be no choice at all.
      const other = count > 1 ? (one + 1 + Math.floor(random() * (count - 1))) % count : one;
      const first = candidates[one];
      const second = candidates[other];
      if (first === undefined || second === undefined) return undefined;
      return costOf(second, now) < costOf(first, now) ? second : first;
    },
  };
}

/** Of two taken at random, the one with fewer requests in flight. */
export function createTwoChoices<C extends Candidate>(random: Random): Picker<C> {
  return createBetterOfTwo(random, ({ inFlight }) => inFlight);
}
