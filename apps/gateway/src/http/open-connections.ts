import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Connections of callers, those that are idle included. */
export interface OpenConnections {
  /** Begins to count those of this server. */
  attach(server: EventEmitter): void;
  readonly count: number;
  /** Resolves when there is none, after so many milliseconds at the latest. */
  whenNone(timeoutMs: number): Promise<void>;
}

export function createOpenConnections(): OpenConnections {
  const waiters = new Set<() => void>();
  const open = new Set<Socket>();

  return {
    attach(server) {
      server.on('connection', (socket: Socket) => {
        // Told again of each connection that is given back after an offer to switch protocols.
        if (open.has(socket)) return;
        open.add(socket);
        socket.once('close', () => {
          open.delete(socket);
          if (open.size === 0) for (const finish of [...waiters]) finish();
        });
      });
    },
    get count() {
      return open.size;
    },
    whenNone(timeoutMs) {
      if (open.size === 0 || timeoutMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          waiters.delete(finish);
          resolve();
        };
        const timer = setTimeout(finish, timeoutMs);
        waiters.add(finish);
      });
    },
  };
}
