import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** What a server emits for each connection that is ready for requests. */
export type ConnectionEvent = 'connection' | 'secureConnection';

/**
 * The connections of a server that are open, each with what is kept of it.
 *
 * @param begin called once for each, as it opens
 */
export function watchConnections<Kept>(
  server: Server,
  event: ConnectionEvent,
  begin: (socket: Socket) => Kept,
): ReadonlyMap<Socket, Kept> {
  const open = new Map<Socket, Kept>();
  server.on(event, (socket: Socket) => {
    // Emitted again for a connection that is given back after an ignored upgrade offer.
    if (open.has(socket)) return;
    open.set(socket, begin(socket));
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

/** Destroys a connection in `ms` milliseconds, if `isUnused` holds then. */
export function destroyUnused(socket: Socket, ms: number, isUnused: () => boolean): void {
  const timer = setTimeout(() => {
    if (isUnused()) socket.destroy();
  }, ms);
  socket.once('close', () => clearTimeout(timer));
}
