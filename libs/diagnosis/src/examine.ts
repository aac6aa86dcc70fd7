import { CATALOG_CHECKS } from './catalog-checks';
import type { Area, Check, Level } from './check';
import type { FleetFacts } from './fleet-facts';
import { GATEWAY_CHECKS } from './gateway-checks';
import { LISTING_CHECKS } from './listing-checks';
import { REGISTRY_CHECKS } from './registry-checks';

/** Those that need nothing but what the APIs of a fleet say. */
export const FLEET_CHECKS: readonly Check<FleetFacts>[] = [
  ...REGISTRY_CHECKS,
  ...CATALOG_CHECKS,
  ...LISTING_CHECKS,
  ...GATEWAY_CHECKS,
];

/** One line of a diagnosis. */
export interface Examined {
  readonly id: string;
  readonly area: Area;
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
export function examine<Facts>(
  checks: readonly Check<Facts>[],
  facts: Facts,
  { strict }: { readonly strict: boolean },
): Diagnosis {
  const found: Examined[] = [];
  const leftOut: string[] = [];
  for (const { id, area, onlyStrict, run } of checks) {
    if (onlyStrict === true && !strict) continue;
    const finding = run(facts);
    if (finding === undefined) leftOut.push(id);
    else found.push({ id, area, ...finding, mend: finding.level === 'ok' ? null : finding.mend });
  }
  const failures = found.filter(({ level }) => level === 'fail').length;
  const warnings = found.filter(({ level }) => level === 'warn').length;
  return {
    ok: failures === 0 && (!strict || warnings === 0),
    strict,
    failures,
    warnings,
    checks: found,
    left_out: leftOut,
  };
}
