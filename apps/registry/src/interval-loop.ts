import type { Clock } from './ports/clock';

/** A loop of a task that takes its time. */
export interface TaskLoop {
  start(): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A loop that runs a task every `intervalMs`, counted from its end, so that it never runs twice at once.
 *
 * @param options.run has to see to its own errors
 * @param options.firstAfterMs default `intervalMs`
 */
export function createTaskLoop(options: {
  clock: Clock;
  intervalMs: number;
  firstAfterMs?: () => number;
  run: () => Promise<void>;
}): TaskLoop {
  const { clock, intervalMs, firstAfterMs = () => intervalMs, run } = options;
  let cancel: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  return {
    start: () => sleep(firstAfterMs()),
    async stop() {
      stopped = true;
      cancel?.();
      await running;
    },
  };

  function sleep(ms: number): void {
    if (stopped) return;
    cancel = clock.after(ms, () => {
      running = run().then(() => sleep(intervalMs));
    });
  }
}

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
