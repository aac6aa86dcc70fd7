import type { Candidate } from './candidate';
import type { Picker, Random } from './picker';
import { sameCandidates } from './same-candidates';

/**
 * Smooth weighted round robin: over a cycle as long as the sum of the weights each candidate is picked as often as its
 * weight says, and the picks of a heavy one are spread out instead of coming in a burst. One pass over the list a pick.
 */
export function createWeighted<C extends Candidate>(random: Random): Picker<C> {
  let list: readonly C[] = [];
  let credits: number[] = [];

  function takeTurn(): number {
    let richest = -1;
    let most = -Infinity;
    let total = 0;
    for (const [index, candidate] of list.entries()) {
      const credit = (credits[index] ?? 0) + candidate.weight;
      credits[index] = credit;
      total += candidate.weight;
      if (credit > most) {
        most = credit;
        richest = index;
      }
    }
    if (richest >= 0) credits[richest] = most - total;
    return richest;
  }

  function begin(candidates: readonly C[]): void {
    list = candidates;
    credits = candidates.map(() => 0);
    // Turns taken unseen: the start is random, and still a point of the true cycle, so the weights hold from there.
    for (let unseen = Math.floor(random() * candidates.length); unseen > 0; unseen -= 1) takeTurn();
  }

  return {
    pick(candidates) {
      if (sameCandidates(candidates, list)) list = candidates;
      else begin(candidates);
      return list[takeTurn()];
    },
  };
}
