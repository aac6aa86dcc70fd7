/**
 * A watchdog over the main thread: whether it makes progress, judged from a count that it raises. Time without progress
 * is added up check by check, and each check counts for two intervals at most: a process or a machine that was frozen
 * as a whole did not check either, and must not be taken for one whose main thread is stalled.
 */
export interface StallWatchdog {
  /** @param ticks the current count @param now monotonic milliseconds @returns whether the main thread is stalled */
  check(ticks: number, now: number): boolean;
}

export function createStallWatchdog(options: {
  /** Longest time without progress of a healthy main thread, milliseconds. */
  readonly limitMs: number;
  /** Interval of the checks, milliseconds. */
  readonly everyMs: number;
}): StallWatchdog {
  const { limitMs, everyMs } = options;
  let lastTicks: number | undefined;
  let lastCheck = 0;
  let silentMs = 0;

  return {
    check(ticks, now) {
      silentMs = ticks === lastTicks ? silentMs + Math.min(now - lastCheck, 2 * everyMs) : 0;
      lastTicks = ticks;
      lastCheck = now;
      return silentMs > limitMs;
    },
  };
}
