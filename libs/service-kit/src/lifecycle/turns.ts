import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that are being served, one at a time a connection. */
export interface Turns extends Iterable<ServerResponse> {
  /** Serves it, after those before it on its connection. */
  take: RequestListener;
  /** The answer under way on a connection. */
  current(socket: Socket): ServerResponse | undefined;
  /** The bytes of a request that waits have turned out to be none: it is not served. */
  dropUnfinished(socket: Socket): void;
  readonly size: number;
}

interface Waiting {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** How many requests may wait on one connection before no more of them are read. */
const MOST_WAITING = 16;

/**
 * Node hands on every request of a connection as it reads it. With turns, one that comes behind an answer that ends the
 * connection is never served (nobody could hear of it), a connection has no more than its share of what is under way,
 * and every answer has its socket, by whose end it learns that the caller has gone.
 */
export function createTurns(serve: RequestListener, onIdle: () => void): Turns {
  const serving = new Map<Socket, ServerResponse>();
  const waiting = new Map<Socket, Waiting[]>();

  function begin({ req, res }: Waiting): void {
    const { socket } = req;
    serving.set(socket, res);
    res.once('close', () => end(socket));
    serve(req, res);
  }

  function end(socket: Socket): void {
    serving.delete(socket);
    const next = waiting.size === 0 ? undefined : nextOn(socket);
    if (next !== undefined) begin(next);
    else if (serving.size === 0) onIdle();
  }

  function nextOn(socket: Socket): Waiting | undefined {
    const queue = waiting.get(socket);
    const next = socket.writable ? queue?.shift() : undefined;
    if (next === undefined || queue?.length === 0) waiting.delete(socket);
    if (queue !== undefined && queue.length < MOST_WAITING) socket.resume();
    return next;
  }

  return {
    take(req, res) {
      const { socket } = req;
      if (!serving.has(socket)) return begin({ req, res });
      const queue = waiting.get(socket) ?? [];
      waiting.set(socket, queue);
      queue.push({ req, res });
      if (queue.length >= MOST_WAITING) socket.pause();
    },
    current: (socket) => serving.get(socket),
    dropUnfinished(socket) {
      const whole = waiting.get(socket)?.filter(({ req }) => req.complete) ?? [];
      if (whole.length > 0) waiting.set(socket, whole);
      else waiting.delete(socket);
    },
    get size() {
      return serving.size;
    },
    [Symbol.iterator]: () => serving.values(),
  };
}
