import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { watchConnections, type ConnectionEvent } from './open-connections';

export interface IdleTimeoutOptions {
  /** How often the connections are looked at, milliseconds; default 1000. A longer time-out may last so much longer. */
  readonly everyMs?: number;
  /**
   * What is left of a time-out when Node's own timer takes over, milliseconds; default 10 000, the time for a request's
   * header fields: that timer begins anew with each byte, so that nobody is cut off in the middle of them.
   */
  readonly takeOverMs?: number;
}

/**
 * Makes `setTimeout` of a server's connections cheap. Node's HTTP server calls it twice a request: the keep-alive time-out
 * begins after an answer and ends with the next request. Each time a timer is made or removed, for a time-out that a busy
 * connection never reaches; that is a twentieth of what a short request costs the gateway. Here a long one is a number until
 * it is almost over.
 */
export function watchIdleTimeouts(
  server: Server,
  event: ConnectionEvent,
  { everyMs = 1000, takeOverMs = 10_000 }: IdleTimeoutOptions = {},
): void {
  /** When the next look is, in milliseconds of looks: a time-out is never shorter than it was set. */
  let now = everyMs;
  const open = watchConnections(server, event, (socket) => {
    const timeout = new IdleTimeout(socket, takeOverMs);
    socket.setTimeout = (ms, onTimeout) => {
      timeout.set(ms, now, onTimeout);
      return socket;
    };
    return timeout;
  });

  server.once('listening', () => {
    const timer = setInterval(() => {
      for (const timeout of open.values()) timeout.look(now);
      now += everyMs;
    }, everyMs).unref();
    server.once('close', () => clearInterval(timer));
  });
}

/** The time-out of one connection: a number, or Node's timer. */
class IdleTimeout {
  /** When Node's timer takes over. */
  #takeOverAt = Infinity;
  #isTimed = false;
  readonly #setTimeout: Socket['setTimeout'];

  constructor(
    socket: Socket,
    private readonly takeOverMs: number,
  ) {
    this.#setTimeout = socket.setTimeout.bind(socket);
  }

  set(ms: number, now: number, onTimeout?: () => void): void {
    const isLong = ms > this.takeOverMs && onTimeout === undefined;
    this.#takeOverAt = isLong ? now + ms - this.takeOverMs : Infinity;
    const timerMs = isLong ? 0 : ms;
    if (timerMs === 0 && !this.#isTimed && onTimeout === undefined) return;
    this.#isTimed = timerMs > 0;
    this.#setTimeout(timerMs, onTimeout);
  }

  look(now: number): void {
    if (now < this.#takeOverAt) return;
    this.#takeOverAt = Infinity;
    this.#isTimed = true;
    this.#setTimeout(this.takeOverMs);
  }
}
