import type { Server } from 'node:http';
import { watchConnections, type ConnectionEvent } from './open-connections';

/**
 * Milliseconds that a new connection has for its first byte once the server stops. Its caller may have picked this instance
 * just before it heard of the drain, and may be on a machine that is busy: cut, its request would be lost.
 */
const FIRST_BYTE_MS = 5000;

/**
 * Connections without a request yet: browsers open them ahead of use (preconnect), and pools keep those of aborted
 * requests. Node counts each as busy, so a server that closes would wait for it.
 */
export interface UnusedConnections {
  /** Closes each as soon as it has been open for five seconds without a byte, so that a new one is still served. */
  cut(): void;
}

interface Opened {
  readonly at: number;
  /** Not 0 for TLS: the handshake has been read by then. */
  readonly bytesRead: number;
}

export function watchUnusedConnections(server: Server, event: ConnectionEvent): UnusedConnections {
  const open = watchConnections<Opened>(server, event, ({ bytesRead }) => ({
    at: performance.now(),
    bytesRead,
  }));

  return {
    cut() {
      for (const [socket, { at, bytesRead }] of open) {
        if (socket.bytesRead > bytesRead) continue;
        const timer = setTimeout(
          () => {
            if (socket.bytesRead === bytesRead) socket.destroy();
          },
          at + FIRST_BYTE_MS - performance.now(),
        );
        socket.once('close', () => clearTimeout(timer));
      }
    },
  };
}
