import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createIdleClock } from './idle-clock';

export interface RequestBodyOptions {
  /** The longest silence of the sender while it is waited for. */
  readonly idleTimeoutMs: number;
  /** The most that is taken; Infinity for any length. */
  readonly maxBytes: number;
  /** The first byte is about to be asked for: from now on the body cannot be sent to anybody else. */
  readonly onTaken: () => void;
  readonly onIdle: () => void;
  /** There is more than is taken. The body never ends: what was passed on must not be taken for all of it. */
  readonly onTooLong: () => void;
  /** The sender has gone before the end. */
  readonly onGone: () => void;
}

/**
 * One attempt's view of a request's body. The request itself is never handed out: a transport destroys what it was
 * given when an attempt fails, and reads from it when the connection stands. So an attempt that never got that far has
 * taken nothing, and the next one gets a view of its own over the same, untouched request.
 */
export function createRequestBody(req: IncomingMessage, options: RequestBodyOptions): Readable {
  const clock = createIdleClock(options.idleTimeoutMs, options.onIdle);
  let attached = false;
  let left = options.maxBytes;

  const onData = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) return refuse();
    if (body.push(chunk)) return clock.start();
    clock.stop();
    req.pause();
  };
  const onEnd = (): void => {
    clock.stop();
    body.push(null);
  };
  const onClose = (): void => {
    clock.stop();
    if (!req.complete) options.onGone();
  };

  const refuse = (): void => {
    clock.stop();
    detach();
    options.onTooLong();
  };
  // Not paused: what still comes belongs to nobody, and Node may be draining it already for the next request.
  const detach = (): void => {
    if (attached) req.off('data', onData).off('end', onEnd).off('close', onClose);
  };

  const body = new Readable({
    read() {
      if (!attached) {
        attached = true;
        options.onTaken();
        req.on('data', onData).on('end', onEnd).on('close', onClose);
      }
      clock.start();
      req.resume();
    },
    destroy(error, done) {
      clock.stop();
      detach();
      done(error);
    },
  });
  return body;
}

/** Whether a request carries a body at all (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
