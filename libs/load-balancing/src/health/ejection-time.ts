export interface EjectionTimes {
  /** How long the first ejection lasts. Too low keeps knocking at a dead door, too high leaves a restarted instance idle. */
  readonly baseMs: number;
  /** How long an ejection lasts at most, however often it has been repeated. */
  readonly maxMs: number;
}

/** For who cannot be connected to: soon again, since a restart takes seconds and a refused connection costs nothing. */
export const CONNECT_EJECTION: EjectionTimes = { baseMs: 1000, maxMs: 30_000 };

/** For who takes requests and fails them: each trial is a request that somebody waits for. */
export const FAILURE_EJECTION: EjectionTimes = { baseMs: 10_000, maxMs: 300_000 };

/** 1 s, 2 s, 4 s … 30 s: how long the `times`-th ejection in a row lasts. `times` from 1. */
export function connectEjectionMs(times: number): number {
  return Math.min(CONNECT_EJECTION.baseMs * 2 ** (times - 1), CONNECT_EJECTION.maxMs);
}

/** 10 s, 20 s, 30 s … 5 min. `times` from 1. */
export function failureEjectionMs(times: number): number {
  return Math.min(FAILURE_EJECTION.baseMs * times, FAILURE_EJECTION.maxMs);
}
