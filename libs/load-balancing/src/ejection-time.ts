export interface EjectionOptions {
  /** How long the first ejection lasts. Too low keeps knocking at a dead door, too high leaves a restarted instance idle. */
  readonly baseMs: number;
  /** How long an ejection lasts at most, however often it has been repeated. */
  readonly maxMs: number;
}

export const DEFAULT_EJECTION: EjectionOptions = { baseMs: 1000, maxMs: 30_000 };

/** 1 s, 2 s, 4 s … 30 s: how long the `times`-th ejection in a row lasts. `times` from 1. */
export function ejectionMs(times: number, options: EjectionOptions = DEFAULT_EJECTION): number {
  return Math.min(options.baseMs * 2 ** (times - 1), options.maxMs);
}
