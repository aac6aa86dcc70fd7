import type { IncomingMessage } from 'node:http';
import type { BodyReader, CallerBody } from '../../ports/caller';

/** Told when a body begins to be read, and when reading has ended. */
export interface Http1BodyObserver {
  bodyStarted(): void;
  bodyOver(): void;
}

/** The body of one of Node's requests. */
export class Http1Body implements CallerBody {
  taken = false;
  /** It is being read, which may go on after the answer. */
  reading = false;
  #reader: BodyReader | undefined;

  constructor(
    readonly req: IncomingMessage,
    readonly observer: Http1BodyObserver,
  ) {}

  start(reader: BodyReader): void {
    this.taken = true;
    this.reading = true;
    this.#reader = reader;
    this.observer.bodyStarted();
    this.req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    this.req.resume();
  }

  pause(): void {
    this.req.pause();
  }

  resume(): void {
    this.req.resume();
  }

  discard(): void {
    if (this.#reader === undefined) return;
    this.#leave();
    // Left paused, what still comes would keep the connection from its next request.
    this.req.resume();
  }

  #leave(): void {
    this.#reader = undefined;
    this.reading = false;
    this.req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.observer.bodyOver();
  }

  readonly #onData = (chunk: Buffer): void => this.#reader?.data(chunk);

  /** The listeners stay: there is nothing more for them to hear, and taking them away has its price on every request. */
  readonly #onEnd = (): void => {
    const reader = this.#reader;
    this.#reader = undefined;
    this.reading = false;
    this.observer.bodyOver();
    reader?.end(this.req.rawTrailers);
  };

  readonly #onClose = (): void => {
    if (!this.req.complete) this.#reader?.gone();
  };
}
