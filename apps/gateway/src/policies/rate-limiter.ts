import { takeToken, type RateQuota, type RateVerdict } from './gcra';

/** One bucket for each of those that are counted apart. */
export interface RateLimiter {
  /** @param now milliseconds, monotonic */
  take(key: string, now: number): RateVerdict;
  /** Whether `take` would refuse; takes nothing. */
  isEmpty(key: string, now: number): boolean;
  /** How many buckets are held. */
  readonly size: number;
}

/**
 * Holds at most `maxBuckets`. A bucket that is full again is as good as none and goes when others come; when none is
 * full, the one that has been quiet for longest is forgotten. Whoever can speak for more addresses than that can be
 * not limited by any limiter that does not remember them all; memory that grows with the number of attackers is worse.
 */
export function createRateLimiter(quota: RateQuota, maxBuckets: number): RateLimiter {
  // In the order of the last request: a Map keeps the order of insertion, and every request inserts anew.
  const fullAt = new Map<string, number>();

  function makeRoom(now: number): void {
    let looked = 0;
    for (const [key, at] of fullAt) {
      const over = fullAt.size >= maxBuckets;
      // Two looks a newcomer empty it faster than it fills, and keep every request cheap.
      if (!over && (at > now || looked >= 2)) return;
      fullAt.delete(key);
      looked += 1;
    }
  }

  return {
    take(key, now) {
      const kept = fullAt.get(key);
      if (kept === undefined) makeRoom(now);
      else fullAt.delete(key);
      const verdict = takeToken(quota, kept ?? -Infinity, now);
      fullAt.set(key, verdict.fullAt);
      return verdict;
    },
    isEmpty(key, now) {
      const kept = fullAt.get(key);
      return kept !== undefined && !takeToken(quota, kept, now).allowed;
    },
    get size() {
      return fullAt.size;
    },
  };
}
