import type { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse, type Server } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Requests that a server is answering, whatever framework answers them. */
export interface RequestsInFlight {
  /** From now on every answer closes its connection, so that callers move to another instance. Idempotent. */
  drain(): void;
  /** Resolves when none is left. */
  whenIdle(): Promise<void>;
  /**
   * Resolves once all that has connected is accepted: the system resets what waits for it when the server closes. Node
   * accepts one connection a turn of the event loop (https://github.com/libuv/libuv/pull/3696).
   */
  whenAccepted(): Promise<void>;
  /** Cuts connections that have switched to another protocol, which Node's server knows no more. */
  cutUpgraded(): void;
}

/**
 * Counts a server's requests, but for those that `answer` takes: it is asked first, and what it answers the server's
 * own listeners do not see.
 *
 * It works on what the server emits, and not on a listener of its own, so that it does not matter which framework has
 * added its listener, whether before this or after.
 */
export function countRequests(
  server: Server,
  answer: (req: IncomingMessage, res: ServerResponse) => boolean,
): RequestsInFlight {
  const inFlight = new Set<ServerResponse>();
  const watched = new WeakSet<Socket>();
  const upgraded = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let draining = false;
  let connections = 0;
  const emitter: EventEmitter = server;
  const emit = emitter.emit.bind(emitter);

  function done(res: ServerResponse): void {
    if (inFlight.delete(res) && inFlight.size === 0) for (const resolve of waiting.splice(0)) resolve();
  }

  function begin(req: IncomingMessage, res: ServerResponse): void {
    inFlight.add(res);
    res.once('close', () => done(res));
    if (watched.has(req.socket)) return;
    watched.add(req.socket);
    // Of pipelined requests only the first is told when the connection has gone.
    req.socket.once('close', () => {
      for (const each of inFlight) if (each.req.socket === req.socket) done(each);
    });
  }

  server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [first, second] = args;
    if (event === 'connection' || event === 'drop') connections += 1;
    if (first instanceof IncomingMessage && second instanceof ServerResponse) {
      if (draining) second.shouldKeepAlive = false;
      if (event === 'request' && answer(first, second)) return true;
      begin(first, second);
    }
    // `upgrade` and `connect`
    if (first instanceof IncomingMessage && second instanceof Socket) {
      upgraded.add(second);
      second.once('close', () => upgraded.delete(second));
    }
    return emit(event, ...args);
  };

  return {
    drain() {
      draining = true;
      for (const res of inFlight) if (!res.headersSent) res.shouldKeepAlive = false;
    },
    whenIdle() {
      return inFlight.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
    async whenAccepted() {
      // What is left of this turn may be after it has looked for connections.
      await nextTurn();
      for (let before; before !== connections; ) {
        before = connections;
        await nextTurn();
      }
    },
    cutUpgraded() {
      for (const socket of upgraded) socket.destroy();
    },
  };
}
