import { tooManyWaiting } from '../limit-errors';
import type { Holder, Shares } from '../shares/shares';

/** The limit on calls whose answer waits for an event: each holds a connection for as long as its caller likes. */
export interface WaitLimit {
  /** @throws AppError 429 `TOO_MANY_WAITING` */
  run<T>(holder: Holder, wait: () => Promise<T>): Promise<T>;
  /** Whether `run` would admit that holder. */
  admits(holder: Holder): boolean;
}

export function createWaitLimit(options: { shares: Shares; retryAfterSeconds: number }): WaitLimit {
  const { shares, retryAfterSeconds } = options;

  return {
    admits: (holder) => shares.verdict(holder) === 'free',
    async run(holder, wait) {
      const verdict = shares.verdict(holder);
      if (verdict !== 'free') throw tooManyWaiting(shares.bound, verdict, retryAfterSeconds);
      const leave = shares.take(holder);
      try {
        return await wait();
      } finally {
        leave();
      }
    },
  };
}
