import type { Socket } from 'node:net';

/**
 * Node resumes a connection whenever it has parsed a request, whoever has paused it: without this a caller who pipelines
 * without end, behind a slow request, would have all of that kept in memory. What was read together is parsed together.
 */
export function stopReading(socket: Socket): void {
  socket.pause();
  socket.resume = () => socket;
}

/** Whether this side has stopped reading from a connection. */
export function hasStopped(socket: Socket): boolean {
  return Object.hasOwn(socket, 'resume');
}

/** Reads on from a connection from which reading had stopped. */
export function readOn(socket: Socket): void {
  Reflect.deleteProperty(socket, 'resume');
  socket.resume();
}
