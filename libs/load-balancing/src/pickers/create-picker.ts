import type { Candidate } from '../candidates/candidate';
import { createPeakEwma } from './peak-ewma';
import type { Picker, Random } from './picker';
import { createRingHash } from './ring-hash';
import { createRoundRobin } from './round-robin';
import { createSlowStart } from './slow-start';
import { createTwoChoices } from './two-choices';
import { createWeighted } from './weighted';
import { createZoneFirst } from './zone-first';

/** Pickers by the names that settings use. */
export const PICKER_NAMES = [
  'round_robin',
  'weighted',
  'random',
  'two_choices',
  'peak_ewma',
  'ring_hash',
  'zone_first',
] as const;
export type PickerName = (typeof PICKER_NAMES)[number];

export interface PickerOptions {
  readonly random: Random;
  /** For `zone_first`: where the caller is. */
  readonly zone?: string | undefined;
  /** For `ring_hash`: see `RingHashOptions`. */
  readonly maxLoad?: number | undefined;
  /** For all but `ring_hash`, whose keys would be torn from their instance: see `SlowStartOptions`. Default 0. */
  readonly slowStartMs?: number | undefined;
}

export function createPicker<C extends Candidate>(name: PickerName, options: PickerOptions): Picker<C> {
  const { random, slowStartMs = 0 } = options;
  const picker = pickerOf<C>(name, options);
  return name === 'ring_hash' ? picker : createSlowStart(picker, { windowMs: slowStartMs, random });
}

function pickerOf<C extends Candidate>(
  name: PickerName,
  { random, zone, maxLoad = Infinity }: PickerOptions,
): Picker<C> {
  switch (name) {
    case 'round_robin':
      return createRoundRobin(random);
    case 'weighted':
      return createWeighted(random);
    case 'random':
      return createRandom(random);
    case 'two_choices':
      return createTwoChoices(random);
    case 'peak_ewma':
      return createPeakEwma(random);
    case 'ring_hash':
      return createRingHash({ random, maxLoad });
    case 'zone_first':
      return createZoneFirst({ zone, random });
  }
}

/** Any of them, whatever came before. */
export function createRandom<C extends Candidate>(random: Random): Picker<C> {
  return { pick: (candidates) => candidates[Math.floor(random() * candidates.length)] };
}
