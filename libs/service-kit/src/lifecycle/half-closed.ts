import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds in which an answer has to begin once its caller has closed its half of the connection. */
export const ANSWER_AFTER_HALF_CLOSE_MS = 5000;

/** How often it is looked whether such a caller is still there, milliseconds. */
const LOOK_EVERY_MS = 500;

export interface HalfClosedOptions {
  readonly socket: Socket;
  readonly graceMs: number;
  /** The answer that is under way. */
  readonly current: () => ServerResponse | undefined;
  /** No other answer may begin from now on. */
  readonly onGraceOver?: () => void;
}

/**
 * Waits for the rest of what a caller gets who has closed its half (RFC 9112 §9.6). A process that was killed looks the
 * same until something is written to it: so the answer has to begin, or to go on, within the grace. Then either the
 * caller takes it, or its system answers with a reset.
 *
 * @returns what ends the waiting, when the connection is no longer HTTP's
 */
export function serveHalfClosed({ socket, graceMs, current, onGraceOver }: HalfClosedOptions): () => void {
  const writtenBefore = socket.bytesWritten;
  const grace = setTimeout(() => {
    onGraceOver?.();
    const begun = current()?.headersSent === true && socket.bytesWritten > writtenBefore;
    if (!begun) socket.destroy();
  }, graceMs).unref();
  const look = setInterval(() => {
    // Node stops reading at the end of what is sent, and so does not see a reset. To write nothing asks the system for it.
    if (socket.writable && socket.writableLength === 0) socket.write('');
  }, LOOK_EVERY_MS).unref();
  const stop = (): void => {
    clearTimeout(grace);
    clearInterval(look);
  };
  socket.once('close', stop);
  return stop;
}
