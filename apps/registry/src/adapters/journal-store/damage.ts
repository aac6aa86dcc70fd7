/** Damage of a file: content that was written and synced has changed or is missing. */
export interface Damage {
  readonly file: string;
  /** In plain words, e.g. `line 3 is not what was written`. */
  readonly faults: readonly string[];
}

/** Collects the damage of one file, bounded, so that a garbage file does not flood the log. */
export interface DamageReport {
  add(fault: string): void;
  /** `undefined` without damage. */
  readonly damage: Damage | undefined;
}

const MOST_FAULTS = 5;

export function createDamageReport(file: string): DamageReport {
  const faults: string[] = [];
  let more = 0;

  return {
    add(fault) {
      if (faults.length < MOST_FAULTS) faults.push(fault);
      else more += 1;
    },
    get damage() {
      if (faults.length === 0) return undefined;
      return { file, faults: more === 0 ? faults : [...faults, `and ${more} more`] };
    },
  };
}
