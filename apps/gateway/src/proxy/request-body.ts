import type { BodyReader, CallerBody } from '../ports/caller';
import type { BodySink, OutgoingBody } from '../ports/transport';

export interface RequestBodyOptions {
  /** The longest silence of the caller while more of the body is waited for. */
  readonly idleTimeoutMs: number;
  /** The most that is taken; Infinity for any length. */
  readonly maxBytes: number;
  /** Which of its trailers are passed on. */
  readonly passTrailers: (trailers: readonly string[]) => readonly string[];
  readonly onIdle: () => void;
  /** There is more than is taken. The body never ends: what was passed on must not be taken for all of it. */
  readonly onTooLong: () => void;
  /** The caller has gone before the end. */
  readonly onGone: () => void;
}

/**
 * One attempt's view of a request's body. The body itself is never handed out: an attempt that never got as far as
 * `start` has taken nothing, and the next one gets a view of its own over the same, untouched body.
 */
export function createRequestBody(body: CallerBody, options: RequestBodyOptions): OutgoingBody {
  return new RequestBody(body, options);
}

class RequestBody implements OutgoingBody, BodyReader {
  readonly #clock: IdleClock;
  #sink: BodySink | undefined;
  #left: number;

  constructor(
    readonly body: CallerBody,
    readonly options: RequestBodyOptions,
  ) {
    this.#clock = createIdleClock(options.idleTimeoutMs, options.onIdle);
    this.#left = options.maxBytes;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#clock.start();
    this.body.start(this);
  }

  resume(): void {
    this.#clock.start();
    this.body.resume();
  }

  stop(): void {
    this.#clock.stop();
    if (this.#sink === undefined) return;
    this.#sink = undefined;
    this.body.discard();
  }

  data(chunk: Buffer): void {
    this.#left -= chunk.length;
    if (this.#left < 0) {
      this.stop();
      return this.options.onTooLong();
    }
    if (this.#sink?.data(chunk) === true) return this.#clock.start();
    this.#clock.stop();
    if (this.#sink !== undefined) this.body.pause();
  }

  end(trailers: readonly string[]): void {
    const sink = this.#sink;
    this.#clock.stop();
    this.#sink = undefined;
    sink?.end(trailers.length === 0 ? trailers : this.options.passTrailers(trailers));
  }

  gone(): void {
    this.#clock.stop();
    this.options.onGone();
  }
}

/** An idle time-out, once what has come by then has been read. Costs one timer, and only while it runs. */
interface IdleClock {
  /** Begins to wait; while it runs already, the time begins anew. */
  start(): void;
  stop(): void;
}

function createIdleClock(idleMs: number, onIdle: () => void): IdleClock {
  let timer: NodeJS.Timeout | undefined;
  let reads: NodeJS.Immediate | undefined;
  const readOnce = (): void => {
    reads = setImmediate(onIdle);
  };
  return {
    start() {
      if (reads !== undefined) clearImmediate(reads);
      if (timer === undefined) timer = setTimeout(readOnce, idleMs);
      else timer.refresh();
    },
    stop() {
      clearTimeout(timer);
      clearImmediate(reads);
      timer = reads = undefined;
    },
  };
}
