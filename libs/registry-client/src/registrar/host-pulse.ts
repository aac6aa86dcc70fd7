/**
 * Whether a process makes progress, judged from a count that its main thread raises. Silence is added up look by look,
 * and each look counts for two intervals at most: a process or a machine that was frozen as a whole did not look
 * either, and is not to be taken for one that is wedged.
 */
export interface HostPulse {
  /** @param ticks the count as it is @param now monotonic milliseconds @returns whether the process is wedged */
  look(ticks: number, now: number): boolean;
}

export function createHostPulse(options: {
  /** Longest silence of a process that is well, milliseconds. */
  readonly limitMs: number;
  /** How often somebody looks, milliseconds. */
  readonly everyMs: number;
}): HostPulse {
  const { limitMs, everyMs } = options;
  let lastTicks: number | undefined;
  let lastLook = 0;
  let silentMs = 0;

  return {
    look(ticks, now) {
      silentMs = ticks === lastTicks ? silentMs + Math.min(now - lastLook, 2 * everyMs) : 0;
      lastTicks = ticks;
      lastLook = now;
      return silentMs > limitMs;
    },
  };
}
