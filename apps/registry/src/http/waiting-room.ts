import { tooManyWaiting } from '../errors';
import type { Holder, Shares } from '../shares/shares';

/** Calls whose answer waits for something to happen: each holds a connection for as long as its caller likes. */
export interface WaitingRoom {
  /** @throws AppError 429 `TOO_MANY_WAITING` */
  enter<T>(holder: Holder, wait: () => Promise<T>): Promise<T>;
  /** Whether `enter` would let that one in. */
  admits(holder: Holder): boolean;
}

export function createWaitingRoom(options: { shares: Shares; retryAfterSeconds: number }): WaitingRoom {
  const { shares, retryAfterSeconds } = options;

  return {
    admits: (holder) => shares.verdict(holder) === 'room',
    async enter(holder, wait) {
      const verdict = shares.verdict(holder);
      if (verdict !== 'room') throw tooManyWaiting(shares.bound, verdict, retryAfterSeconds);
      const leave = shares.take(holder);
      try {
        return await wait();
      } finally {
        leave();
      }
    },
  };
}
