/** What was found wrong with a file: what has been written, and synced, is not there any more as it was. */
export interface Damage {
  readonly file: string;
  /** In plain words, e.g. `line 3 is not what was written`. */
  readonly faults: readonly string[];
}

/** Collects what is wrong with one file; a file that is all rubbish does not fill the log. */
export interface DamageReport {
  add(fault: string): void;
  /** `undefined` when nothing is wrong. */
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
