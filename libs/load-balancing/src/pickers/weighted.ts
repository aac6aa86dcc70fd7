import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';
import { sameCandidates } from './same-candidates';
import { createTurnQueue, type TurnQueue } from './turn-queue';

/**
 * Over a cycle as long as the sum of the weights each candidate is picked as often as its weight says, and the picks of
 * a heavy one are spread out instead of coming in a burst: the candidate of weight w has its turns at 1/2w, 3/2w, 5/2w …
 * of the cycle, and whoever's turn is next is picked (earliest deadline first). A pick costs the logarithm of the number
 * of candidates.
 */
export function createWeighted<C extends Candidate>(random: Random): Picker<C> {
  let list: readonly C[] = [];
  // Copied: candidates are live objects, whose weight changes under a list that stays.
  let weights: readonly number[] = [];
  let turns: Int32Array = new Int32Array(0);
  let queue: TurnQueue = createTurnQueue([]);
  let left = 0;

  function beginCycle(): void {
    turns = new Int32Array(list.length).fill(0);
    left = weights.reduce((sum, weight) => sum + weight, 0);
    queue = createTurnQueue(weights.map((weight) => 1 / (2 * weight)));
  }

  function takeTurn(): number {
    if (left === 0) beginCycle();
    const index = queue.next;
    const taken = (turns[index] ?? 0) + 1;
    turns[index] = taken;
    left -= 1;
    queue.postpone((2 * taken + 1) / (2 * (weights[index] ?? 1)));
    return index;
  }

  function begin(candidates: readonly C[]): void {
    list = candidates;
    weights = candidates.map(({ weight }) => weight);
    beginCycle();
    // Turns taken unseen: the start is random, and still a point of the true cycle, so the weights hold from there.
    for (let unseen = Math.floor(random() * candidates.length); unseen > 0; unseen -= 1) takeTurn();
  }

  return {
    pick(candidates) {
      if (candidates.length === 0) return undefined;
      // A list that is the same array has not changed: weights change with what the registry says, and so does the list.
      if (candidates !== list) {
        if (sameCandidates(candidates, list, weights)) list = candidates;
        else begin(candidates);
      }
      return list[takeTurn()];
    },
  };
}
