import type { ServerResponse } from 'node:http';
import { createAcknowledgementClock, type SendQueue } from '@rollcall/service-kit';

export interface UnreadAnswersOptions {
  readonly sendQueue: SendQueue;
  /** Milliseconds for which a caller may take nothing of an answer of the gateway's own. */
  readonly unreadTimeoutMs: number;
}

/** What callers have not read of their answers. */
export interface UnreadAnswers {
  /** Bytes that the caller's system has not acknowledged; `undefined` where that cannot be known. */
  unacknowledged(res: ServerResponse): Promise<number | undefined>;
  /** Of an answer that has ended: hangs up on a caller that does not read it. Costs nothing where the system has taken all. */
  cutUnlessRead(res: ServerResponse): void;
}

export function createUnreadAnswers({ sendQueue, unreadTimeoutMs }: UnreadAnswersOptions): UnreadAnswers {
  function unacknowledged({ socket }: ServerResponse): Promise<number | undefined> {
    return socket === null ? Promise.resolve(undefined) : sendQueue.unacknowledged(socket);
  }

  return {
    unacknowledged,
    cutUnlessRead(res) {
      const { socket } = res;
      if (socket === null || socket.writableLength === 0) return;
      const clock = createAcknowledgementClock({
        idleMs: unreadTimeoutMs,
        unacknowledged: () => unacknowledged(res),
        onIdle: () => void res.destroy(),
      });
      clock.start();
      res.once('close', () => clock.stop());
    },
  };
}
