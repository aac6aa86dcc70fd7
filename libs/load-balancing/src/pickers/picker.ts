import type { Candidate } from '../candidates/candidate';

/**
 * Chooses one of the candidates, each of which may be picked; `undefined` only when there are none. Called once an
 * attempt, on the hot path. A picker belongs to one service: its turn is kept from call to call, and begun anew at a
 * random place when the candidates change, lest every caller send its first request to the same instance.
 */
export interface Picker<C extends Candidate = Candidate> {
  /**
   * @param now milliseconds, monotonic
   * @param key requests with one key go to one instance, where the picker heeds keys
   */
  pick(candidates: readonly C[], now: number, key?: string): C | undefined;
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number;
