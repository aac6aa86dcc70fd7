/** A point on the monotonic clock by which something must have happened, handed from attempt to attempt. */
export interface Deadline {
  readonly at: number;
  /** Milliseconds left, never below 0. */
  remaining(now: number): number;
  hasPassed(now: number): boolean;
}

/** `Infinity` milliseconds is no deadline. */
export function createDeadline(now: number, durationMs: number): Deadline {
  const at = now + durationMs;
  return {
    at,
    remaining: (later) => Math.max(0, at - later),
    hasPassed: (later) => later >= at,
  };
}
