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
 * `maxAttempts` times the traffic in the very moment it can bear least.
 */
export interface RetryBudget {
  /** A request has come in; retries are not requests. `now` in milliseconds, monotonic, here as in the others. */
  request(now: number): void;
  hasLeft(now: number): boolean;
  spend(now: number): void;
}

interface Second {
  index: number;
  requests: number;
  retries: number;
}

export function createRetryBudget(options: RetryBudgetOptions = DEFAULT_RETRY_BUDGET): RetryBudget {
  const floor = options.minPerSecond * options.windowSeconds;
  const ring: Second[] = Array.from({ length: options.windowSeconds }, () => emptySecond(-1));

  function secondAt(now: number): Second {
    const index = Math.floor(now / 1000);
    const place = index % options.windowSeconds;
    const kept = ring[place];
    if (kept?.index === index) return kept;
    const fresh = emptySecond(index);
    ring[place] = fresh;
    return fresh;
  }

  return {
    request(now) {
      secondAt(now).requests += 1;
    },
    hasLeft(now) {
      const oldest = Math.floor(now / 1000) - options.windowSeconds;
      let requests = 0;
      let retries = 0;
      for (const second of ring) {
        if (second.index <= oldest) continue;
        requests += second.requests;
        retries += second.retries;
      }
      return retries < Math.max(floor, Math.floor(requests * options.ratio));
    },
    spend(now) {
      secondAt(now).retries += 1;
    },
  };
}

function emptySecond(index: number): Second {
  return { index, requests: 0, retries: 0 };
}
