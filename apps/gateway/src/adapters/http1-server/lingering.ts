import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a caller may go on sending a body that is thrown away. */
const LINGER_MS = 5000;

/**
 * After an answer that came before the end of the request: Node reads the rest and throws it away, so that the answer is
 * not lost to a connection reset (RFC 9112 §9.6). This puts an end to it.
 */
export function lingerOver(req: IncomingMessage): void {
  cutUnlessWhole(req, LINGER_MS);
}

/** Ends a connection behind its last answer, and hangs up on a caller who does not do so in turn. */
export function cutAfterAnswer(socket: Socket): void {
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Hangs up on a caller whose request is not there whole after so long, however busily it sends. */
export function cutUnlessWhole(req: IncomingMessage, afterMs: number): void {
  if (req.complete || req.socket.destroyed) return;
  const { socket } = req;
  const timer = setTimeout(() => {
    if (!req.complete) socket.destroy();
  }, afterMs).unref();
  req.once('close', () => clearTimeout(timer));
}
