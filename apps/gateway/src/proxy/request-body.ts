import type { IncomingMessage } from 'node:http';
import type { BodySink, OutgoingBody } from '../ports/transport';
import { createIdleClock, type IdleClock } from './idle-clock';

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
  /** It is whole, or nobody takes the rest of it. */
  readonly onOver?: () => void;
}

/**
 * One attempt's view of a request's body. The request itself is never handed out: an attempt that never got as far as
 * `start` has taken nothing, and the next one gets a view of its own over the same, untouched request.
 */
export function createRequestBody(req: IncomingMessage, options: RequestBodyOptions): OutgoingBody {
  return new RequestBody(req, options);
}

class RequestBody implements OutgoingBody {
  readonly #clock: IdleClock;
  #sink: BodySink | undefined;
  #left: number;

  constructor(
    readonly req: IncomingMessage,
    readonly options: RequestBodyOptions,
  ) {
    this.#clock = createIdleClock(options.idleTimeoutMs, options.onIdle);
    this.#left = options.maxBytes;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.options.onTaken();
    this.req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    this.resume();
  }

  resume(): void {
    this.#clock.start();
    this.req.resume();
  }

  stop(): void {
    this.#clock.stop();
    if (this.#sink === undefined) return;
    this.#leave();
    this.options.onOver?.();
    // Whatever still comes belongs to nobody. Left paused, it would keep the connection from its next request.
    this.req.resume();
  }

  #leave(): void {
    this.#sink = undefined;
    this.req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#left -= chunk.length;
    if (this.#left < 0) {
      this.stop();
      return this.options.onTooLong();
    }
    if (this.#sink?.data(chunk) === true) return this.#clock.start();
    this.#clock.stop();
    if (this.#sink !== undefined) this.req.pause();
  };

  readonly #onEnd = (): void => {
    const sink = this.#sink;
    this.#clock.stop();
    this.#leave();
    this.options.onOver?.();
    sink?.end();
  };

  readonly #onClose = (): void => {
    this.#clock.stop();
    if (!this.req.complete) this.options.onGone();
  };
}

/** Whether a request carries a body at all (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
