import type { Clock } from './ports/clock';

export interface IntervalLoop {
  start(): void;
  /** Idempotent. */
  stop(): void;
}

/** A loop that calls `run` every `intervalMs`. */
export function createIntervalLoop(options: {
  clock: Clock;
  intervalMs: number;
  run: () => void;
}): IntervalLoop {
  const { clock, intervalMs, run } = options;
  let cancel: (() => void) | undefined;

  function sleep(): void {
    cancel = clock.after(intervalMs, () => {
      run();
      sleep();
    });
  }

  return { start: sleep, stop: () => cancel?.() };
}
