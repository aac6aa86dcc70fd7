import type { Candidate } from './candidate';
import type { Picker, Random } from './picker';
import { createRandom } from './random-choice';
import { createRoundRobin } from './round-robin';
import { createTwoChoices } from './two-choices';
import { createWeighted } from './weighted';

/** Pickers by the names that settings use. */
export const PICKER_NAMES = ['round_robin', 'weighted', 'random', 'two_choices'] as const;
export type PickerName = (typeof PICKER_NAMES)[number];

const FACTORIES = {
  round_robin: createRoundRobin,
  weighted: createWeighted,
  random: createRandom,
  two_choices: createTwoChoices,
} as const;

export function createPicker<C extends Candidate>(name: PickerName, random: Random): Picker<C> {
  return FACTORIES[name](random);
}
