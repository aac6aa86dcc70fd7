import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a new connection may take to its first byte once the server stops, milliseconds. */
const FIRST_BYTE_MS = 1000;

/**
 * Connections on which nothing has been sent yet: browsers open them ahead of use, and so do pools whose request was
 * aborted. Node takes each for one whose request is on its way, and a server that is closed would wait for it.
 */
export interface UnusedConnections {
  /** Ends each of them as soon as it has been open for a second without a byte, so that one just made is still served. */
  cut(): void;
}

interface Opened {
  readonly at: number;
  /** A TLS connection has read its handshake by then. */
  readonly bytesRead: number;
}

/** @param event what the server emits for each connection that is ready for requests */
export function watchUnusedConnections(
  server: Server,
  event: 'connection' | 'secureConnection',
): UnusedConnections {
  const open = new Map<Socket, Opened>();

  server.on(event, (socket: Socket) => {
    // Told again of each connection that is given back after an offer to switch protocols.
    if (open.has(socket)) return;
    open.set(socket, { at: performance.now(), bytesRead: socket.bytesRead });
    socket.once('close', () => open.delete(socket));
  });

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
