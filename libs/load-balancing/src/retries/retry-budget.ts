export interface RetryBudgetOptions {
  /** Retries allowed per request. Too low gives up on a blip; too high multiplies the load of an overload. */
  readonly ratio: number;
  /** Retries a second that are always allowed, or a quiet caller could never retry. */
  readonly minPerSecond: number;
  /** How far back requests and retries count, in whole seconds. Too short forgets a burst, too long lives on an old one. */
  readonly windowSeconds: number;
}

export const DEFAULT_RETRY_BUDGET: RetryBudgetOptions = { ratio: 0.2, minPerSecond: 10, windowSeconds: 10 };

/**
 * Bounds what retries add to the load: a share of the requests of the last seconds. Without it a slow upstream gets
 * `maxAttempts` times the traffic in the very moment it can bear least. Every call costs the same; once a second one of
 * them also clears what has left the window.
 */
export interface RetryBudget {
  /** A request has come in; retries are not requests. `now` in milliseconds, monotonic, here as in the others. */
  request(now: number): void;
  hasLeft(now: number): boolean;
  spend(now: number): void;
}

export function createRetryBudget(options: RetryBudgetOptions = DEFAULT_RETRY_BUDGET): RetryBudget {
  const { windowSeconds, ratio } = options;
  const floor = options.minPerSecond * windowSeconds;
  // A place a second, used again when that second has left the window; the sums are those of all places.
  const requestsAt = new Float64Array(windowSeconds);
  const retriesAt = new Float64Array(windowSeconds);
  let requests = 0;
  let retries = 0;
  let second = -Infinity;
  let place = 0;

  function advanceTo(now: number): void {
    const current = Math.floor(now / 1000);
    if (current <= second) return;
    const passed = Math.min(windowSeconds, current - second);
    for (let step = 0; step < passed; step += 1) {
      place = (place + 1) % windowSeconds;
      requests -= requestsAt[place] ?? 0;
      retries -= retriesAt[place] ?? 0;
      requestsAt[place] = 0;
      retriesAt[place] = 0;
    }
    second = current;
  }

  return {
    request(now) {
      advanceTo(now);
      requestsAt[place] = (requestsAt[place] ?? 0) + 1;
      requests += 1;
    },
    hasLeft(now) {
      advanceTo(now);
      return retries < Math.max(floor, Math.floor(requests * ratio));
    },
    spend(now) {
      advanceTo(now);
      retriesAt[place] = (retriesAt[place] ?? 0) + 1;
      retries += 1;
    },
  };
}
