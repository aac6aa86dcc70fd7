import { createBetterOfTwo } from './better-of-two';
import type { Candidate } from './candidate';
import type { Picker, Random } from './picker';

/** Of two taken at random, the one with fewer requests in flight. */
export function createTwoChoices<C extends Candidate>(random: Random): Picker<C> {
  return createBetterOfTwo(random, ({ inFlight }) => inFlight);
}
