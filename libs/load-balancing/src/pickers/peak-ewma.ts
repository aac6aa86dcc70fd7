import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';
import { createBetterOfTwo } from './two-choices';

/** What is thought of one that has been asked and has not answered yet. */
const UNKNOWN_LATENCY_MS = 1000;

/**
 * Of two taken at random, the one whose next answer is to be expected earlier: by how long its answers take, and how
 * many are under way. Who was never asked is asked; while it is, nobody else tries it.
 */
export function createPeakEwma<C extends Candidate>(random: Random): Picker<C> {
  return createBetterOfTwo(random, (candidate, now) => {
    const latencyMs = candidate.latencyMs(now);
    if (latencyMs === 0 && candidate.inFlight > 0) return UNKNOWN_LATENCY_MS * candidate.inFlight;
    return latencyMs * (candidate.inFlight + 1);
  });
}
