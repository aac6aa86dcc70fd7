import { examine as examineBy, FLEET_CHECKS, type Check, type Diagnosis } from '@rollcall/diagnosis';
import type { Facts } from './facts';
import { REACH_CHECKS } from './reach-checks';
import { SELF_CHECKS } from './self-checks';

export const CHECKS: readonly Check<Facts>[] = [...REACH_CHECKS, ...FLEET_CHECKS, ...SELF_CHECKS];

/** Judges the facts by every check; by those of the container only when it was looked at. Pure. */
export function examine(facts: Facts, options: { readonly strict: boolean }): Diagnosis {
  const asked = facts.self === undefined ? CHECKS.filter(({ area }) => area !== 'self') : CHECKS;
  return examineBy(asked, facts, options);
}
