/**
 * How long answers take at present: a moving average in which what is newer weighs more (exponentially, by time and not
 * by count), and a value above it takes its place at once (peak EWMA): who has become slow is noticed by its first slow
 * answer and forgiven slowly. Idle time pulls it down, or one that is picked no more would never be tried again.
 */
export interface LatencyMeter {
  /** An answer has taken so long. `now` in milliseconds, monotonic, here as below. */
  observe(ms: number, now: number): void;
  /** 0 when nothing is known. */
  valueAt(now: number): number;
}

/** After so long a value weighs 1/e. Shorter forgets a slow instance before it has recovered; longer punishes a blip. */
const DECAY_MS = 10_000;

export function createLatencyMeter(): LatencyMeter {
  let value = 0;
  let at = 0;

  function valueAt(now: number): number {
    return value === 0 ? 0 : value * Math.exp((at - now) / DECAY_MS);
  }

  return {
    observe(ms, now) {
      const kept = Math.exp((at - now) / DECAY_MS);
      value = ms > value * kept ? ms : value * kept + ms * (1 - kept);
      at = now;
    },
    valueAt,
  };
}
