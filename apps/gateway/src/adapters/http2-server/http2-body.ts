import type { ServerHttp2Stream } from 'node:http2';
import type { BodyReader, CallerBody } from '../../ports/caller';

const NO_TRAILERS: readonly string[] = [];

/** The body of a request of HTTP/2. */
export class Http2Body implements CallerBody {
  taken = false;
  /** The stream's other half has come whole, or never will. */
  over = false;
  #reader: BodyReader | undefined;
  #trailers = NO_TRAILERS;

  constructor(
    readonly stream: ServerHttp2Stream,
    /** To be told that more is wanted, for a caller that waits for `100 Continue`. */
    readonly onStart: () => void,
  ) {
    // Asked for now: trailers may come before the body is read.
    stream.on(
      'trailers',
      (_fields, _flags, raw?: readonly string[]) => (this.#trailers = raw ?? NO_TRAILERS),
    );
  }

  start(reader: BodyReader): void {
    this.taken = true;
    this.#reader = reader;
    this.onStart();
    this.stream.on('data', this.#onData).on('end', this.#onEnd);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** The rest is dropped, until the stream is closed behind the answer. */
  discard(): void {
    if (this.#reader === undefined) return;
    this.#reader = undefined;
    this.stream.off('data', this.#onData);
    this.stream.resume();
  }

  /** The stream has been closed. */
  closed(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (!this.over) reader?.gone();
    this.over = true;
  }

  readonly #onData = (chunk: Buffer): void => this.#reader?.data(chunk);

  readonly #onEnd = (): void => {
    // Node ends the body of a stream that is reset, too: what has come of it must not be taken for all of it.
    if (this.stream.closed) return this.closed();
    const reader = this.#reader;
    this.#reader = undefined;
    this.over = true;
    reader?.end(this.#trailers);
  };
}
