/** What a bucket holds and how it fills up again. */
export interface RateQuota {
  /** How many requests fill in again within `perMs`, evenly. */
  readonly requests: number;
  readonly perMs: number;
  /** How many may come at once after a silence. */
  readonly burst: number;
}

export interface RateVerdict {
  readonly allowed: boolean;
  /** How many more would be allowed at this moment. */
  readonly remaining: number;
  /** Until all of the burst is there again. */
  readonly resetMs: number;
  /** Until one more is allowed; 0 while one is. */
  readonly retryAfterMs: number;
  /** What to remember: when the bucket is full again. Unchanged by a refusal, so that a refused request costs nothing. */
  readonly fullAt: number;
}

/** Fractions of an interval add up to a little more or less than they should. */
const ROUNDING = 1e-6;

/**
 * The generic cell rate algorithm (ITU-T I.371): a token bucket whose whole state is one time, so that a hundred thousand
 * callers cost one number each, and no timer fills anything.
 *
 * @param fullAt what was remembered last; any time in the past for who has not been seen
 * @param now milliseconds, monotonic
 */
export function takeToken({ requests, perMs, burst }: RateQuota, fullAt: number, now: number): RateVerdict {
  const intervalMs = perMs / requests;
  const depthMs = burst * intervalMs;
  const before = Math.max(fullAt, now);
  const after = before + intervalMs;
  const slackMs = depthMs - (after - now);
  if (slackMs < -ROUNDING)
    return { allowed: false, remaining: 0, resetMs: before - now, retryAfterMs: -slackMs, fullAt: before };
  const remaining = Math.floor(slackMs / intervalMs + ROUNDING);
  return {
    allowed: true,
    remaining,
    resetMs: after - now,
    retryAfterMs: remaining > 0 ? 0 : Math.max(0, intervalMs - slackMs),
    fullAt: after,
  };
}
