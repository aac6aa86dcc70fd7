import type { BodyReader, CallerBody } from '../ports/caller';

/** Beyond it nothing is kept: what is kept is memory that any caller can ask for. */
const MAX_RECORDED_BYTES = 65_536;
const NOTHING: readonly Buffer[] = [];

/**
 * A body that is sent as it comes, message by message, and that can be sent again from its first byte while it is short.
 * An attempt that discards it leaves it to the next one, until `finish`.
 */
export class RecordedBody implements CallerBody, BodyReader {
  readonly #body: CallerBody;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** More has come than is kept. */
  #overflowed = false;
  #trailers: readonly string[] | undefined;
  #isGone = false;
  #hasStarted = false;
  #isFinished = false;
  #reader: BodyReader | undefined;

  constructor(body: CallerBody) {
    this.#body = body;
  }

  get taken(): boolean {
    return this.#overflowed;
  }

  start(reader: BodyReader): void {
    this.#reader = reader;
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      return this.#body.start(this);
    }
    // What comes while these are handed over is behind them.
    const chunks = this.#keepsOn() ? [...this.#chunks] : NOTHING;
    this.#body.resume();
    for (const chunk of chunks) if (this.#reader === reader) reader.data(chunk);
    if (this.#reader !== reader) return;
    this.#drop();
    if (this.#trailers !== undefined) this.end(this.#trailers);
    else if (this.#isGone) this.gone();
  }

  pause(): void {
    this.#body.pause();
  }

  resume(): void {
    this.#body.resume();
  }

  discard(): void {
    this.#reader = undefined;
    if (this.#isFinished) this.#body.discard();
    else if (this.#hasStarted && this.#trailers === undefined) this.#body.pause();
  }

  /** There will be no other attempt. */
  finish(): void {
    this.#isFinished = true;
    this.#chunks = [];
    if (this.#reader === undefined) this.#body.discard();
  }

  data(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#keepsOn()) this.#chunks.push(chunk);
    // Between two attempts it is kept whatever its length, which is bounded since reading is paused then.
    if (this.#reader !== undefined) this.#drop();
    this.#reader?.data(chunk);
  }

  end(trailers: readonly string[]): void {
    this.#trailers = trailers;
    this.#reader?.end(trailers);
  }

  gone(): void {
    this.#isGone = true;
    this.#reader?.gone();
  }

  #keepsOn(): boolean {
    return !this.#isFinished && !this.#overflowed;
  }

  #drop(): void {
    if (this.#bytes <= MAX_RECORDED_BYTES) return;
    this.#overflowed = true;
    this.#chunks = [];
  }
}
