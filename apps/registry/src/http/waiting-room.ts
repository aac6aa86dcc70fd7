import { tooManyWaiting } from '../errors';

/** Calls whose answer waits for something to happen: each holds a connection for as long as its caller likes. */
export interface WaitingRoom {
  /** @throws AppError 429 `TOO_MANY_WAITING` */
  enter<T>(wait: () => Promise<T>): Promise<T>;
}

export function createWaitingRoom(options: { bound: number; retryAfterSeconds: number }): WaitingRoom {
  const { bound, retryAfterSeconds } = options;
  let waiting = 0;

  return {
    async enter(wait) {
      if (waiting >= bound) throw tooManyWaiting(bound, retryAfterSeconds);
      waiting += 1;
      try {
        return await wait();
      } finally {
        waiting -= 1;
      }
    },
  };
}
