import { CATALOG_CHECKS } from './catalog-checks';
import type { Check, Level } from './check';
import type { Facts } from './facts';
import { GATEWAY_CHECKS } from './gateway-checks';
import { LISTING_CHECKS } from './listing-checks';
import { REACH_CHECKS } from './reach-checks';
import { REGISTRY_CHECKS } from './registry-checks';
import { SELF_CHECKS } from './self-checks';

export const CHECKS: readonly Check[] = [
  ...REACH_CHECKS,
  ...REGISTRY_CHECKS,
  ...CATALOG_CHECKS,
  ...LISTING_CHECKS,
  ...GATEWAY_CHECKS,
  ...SELF_CHECKS,
];

/** One line of a diagnosis. */
export interface Examined {
  readonly id: string;
  readonly area: Check['area'];
  readonly level: Level;
  readonly text: string;
  readonly mend: string | null;
}

export interface Diagnosis {
  /** Whether nothing has failed; with `strict` no warning either. */
  readonly ok: boolean;
  readonly strict: boolean;
  readonly failures: number;
  readonly warnings: number;
  readonly checks: readonly Examined[];
  /** Checks of which it is not known what they judge by. */
  readonly left_out: readonly string[];
}

/** Judges the facts by every check. Pure. */
export function examine(facts: Facts, { strict }: { readonly strict: boolean }): Diagnosis {
  const checks: Examined[] = [];
  const leftOut: string[] = [];
  for (const { id, area, onlyStrict, run } of CHECKS) {
    const isAskedFor = (strict || onlyStrict !== true) && (area !== 'self' || facts.self !== undefined);
    if (!isAskedFor) continue;
    const finding = run(facts);
    if (finding === undefined) leftOut.push(id);
    else checks.push({ id, area, ...finding, mend: finding.level === 'ok' ? null : finding.mend });
  }
  const failures = checks.filter(({ level }) => level === 'fail').length;
  const warnings = checks.filter(({ level }) => level === 'warn').length;
  return {
    ok: failures === 0 && (!strict || warnings === 0),
    strict,
    failures,
    warnings,
    checks,
    left_out: leftOut,
  };
}
