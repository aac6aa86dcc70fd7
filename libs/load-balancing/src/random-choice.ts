import type { Candidate } from './candidate';
import type { Picker, Random } from './picker';

/** Any of them, whatever came before. */
export function createRandom<C extends Candidate>(random: Random): Picker<C> {
  return { pick: (candidates) => candidates[Math.floor(random() * candidates.length)] };
}
