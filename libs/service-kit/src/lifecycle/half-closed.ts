import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds in which an answer has to begin once its caller has closed its half of the connection. */
export const ANSWER_AFTER_HALF_CLOSE_MS = 5000;

/** Interval of the checks whether such a caller is still there, milliseconds. */
const LOOK_EVERY_MS = 500;

export interface HalfClosedOptions {
  readonly socket: Socket;
  readonly graceMs: number;
  /** The response in progress. */
  readonly current: () => ServerResponse | undefined;
  /** Called when no further response may begin. */
  readonly onGraceOver?: () => void;
}

/**
 * Keeps a connection open whose caller has closed its half and waits for the response (RFC 9112 §9.6). A killed process
 * looks the same until something is written to it, so the response has to begin, or to go on, within the grace period:
 * then the caller reads it, or its system answers with a reset.
 *
 * @returns stops the timers, for a connection that is not HTTP any more
 */
export function serveHalfClosed({ socket, graceMs, current, onGraceOver }: HalfClosedOptions): () => void {
  const writtenBefore = socket.bytesWritten;
  const grace = setTimeout(() => {
    onGraceOver?.();
    const begun = current()?.headersSent === true && socket.bytesWritten > writtenBefore;
    if (!begun) socket.destroy();
  }, graceMs).unref();
  const look = setInterval(() => {
    // Node stops reading at the end of the stream and does not see a reset; an empty write makes the system report it.
    if (socket.writable && socket.writableLength === 0) socket.write('');
  }, LOOK_EVERY_MS).unref();
  const stop = (): void => {
    clearTimeout(grace);
    clearInterval(look);
  };
  socket.once('close', stop);
  return stop;
}
