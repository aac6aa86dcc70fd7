import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { destroyUnused, watchConnections, type ConnectionEvent } from './open-connections';

/**
 * Milliseconds that a new connection has for its first byte once the server stops. Its caller may have picked this instance
 * just before it heard of the drain, and may be on a machine that is busy: cut, its request would be lost.
 */
export const FIRST_BYTE_MS = 5000;

/**
 * Connections without a request yet: browsers open them ahead of use (preconnect), and pools keep those of aborted
 * requests. Node counts each as busy, so a server that closes would wait for it.
 */
export interface UnusedConnections {
  /**
   * Closes each as soon as it has been open for five seconds without a byte, so that a new one is still served. One that
   * opens later, as its TLS handshake was not over, too.
   */
  cut(): void;
}

interface Opened {
  readonly at: number;
  /** Not 0 for TLS: the handshake has been read by then. */
  readonly bytesRead: number;
}

export function watchUnusedConnections(server: Server, event: ConnectionEvent): UnusedConnections {
  let cutting = false;
  const open = watchConnections<Opened>(server, event, (socket) => {
    const opened = { at: performance.now(), bytesRead: socket.bytesRead };
    if (cutting) cutLate(socket, opened);
    return opened;
  });

  function cutLate(socket: Socket, { at, bytesRead }: Opened): void {
    destroyUnused(socket, at + FIRST_BYTE_MS - performance.now(), () => socket.bytesRead === bytesRead);
  }

  return {
    cut() {
      cutting = true;
      for (const [socket, opened] of open) if (socket.bytesRead === opened.bytesRead) cutLate(socket, opened);
    },
  };
}
