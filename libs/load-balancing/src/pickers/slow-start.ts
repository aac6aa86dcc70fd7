import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';

export interface SlowStartOptions {
  /**
   * How long a newcomer is spared, milliseconds; 0 spares nobody. Too short lets a cold process time out under a full
   * share; too long loads the others while it has long been warm.
   */
  readonly windowMs: number;
  readonly random: Random;
}

/** Even the newest gets a little, or it would never get warm. */
const LEAST_SHARE = 0.1;
/** How often another one is looked for. When all are new somebody has to take it. */
const OTHER_CHOICES = 4;

/**
 * Gives newcomers a share that rises to a full one over a window: one that was picked is passed over as often as its
 * share is short of a full one, and the picker asked again. So it works for any picker that does not always say the same.
 */
export function createSlowStart<C extends Candidate>(
  picker: Picker<C>,
  { windowMs, random }: SlowStartOptions,
): Picker<C> {
  if (windowMs === 0) return picker;
  return {
    pick(candidates, now, key) {
      let chosen = picker.pick(candidates, now, key);
      for (let choice = 0; choice < OTHER_CHOICES && chosen !== undefined; choice += 1) {
        const share = warmShare(now - chosen.since, windowMs);
        if (share === 1 || random() < share) break;
        chosen = picker.pick(candidates, now, key);
      }
      return chosen;
    },
  };
}

/** From 0.1 to 1, in proportion to the time since it came. */
export function warmShare(ageMs: number, windowMs: number): number {
  return ageMs >= windowMs ? 1 : Math.max(LEAST_SHARE, ageMs / windowMs);
}
