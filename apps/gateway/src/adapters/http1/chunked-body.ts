import { parseFieldLines } from './field-lines';
import type { AnswerSink } from './answer-sink';

/** Bytes of one chunk's size and extensions; real ones are shorter than thirty. */
const MAX_SIZE_LINE = 4096;
/** Most bytes of all extensions of an answer: they cost reading and are not passed on. */
const MAX_EXTENSIONS = 64 * 1024;

// RFC 9112 §7.1. Spaces only where an extension follows.
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const SIZE_LINE = /^([0-9a-f]{1,12})(?:[\t ]*;[^\0-\x08\x0a-\x1f\x7f]*)?\r\n$/i;

type State = 'size' | 'data' | 'after-data' | 'trailers';

/** A parser of one chunked body (RFC 9112 §7.1), in whatever pieces it comes. */
export class ChunkedBody {
  #state: State = 'size';
  /** Of the chunk, or of the CRLF after it. */
  #left = 0;
  /** The beginning of a line whose end has not come yet; while in trailers all of them. */
  #line = '';
  #extensions = 0;

  constructor(
    readonly sink: Pick<AnswerSink, 'data' | 'fault'>,
    readonly maxTrailerBytes: number,
    /** Where that can be set. */
    readonly trailerSetting?: string,
  ) {}

  /** Set when the body is complete. */
  trailers: readonly string[] | undefined;

  /** @returns where in `chunk` it has stopped: the end of it, or of the body, or -1 after a fault */
  execute(chunk: Buffer, from: number): number {
    let at = from;
    while (at !== -1 && at < chunk.length && this.trailers === undefined)
      at = this.#state === 'data' ? this.#data(chunk, at) : this.#readLine(chunk, at);
    return at;
  }

  #data(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = 'after-data';
    this.sink.data(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
    return end;
  }

  #readLine(chunk: Buffer, at: number): number {
    const feed = chunk.indexOf(10, at);
    const end = feed === -1 ? chunk.length : feed + 1;
    const limit = this.#state === 'trailers' ? this.maxTrailerBytes : MAX_SIZE_LINE;
    if (this.#line.length + end - at > limit) {
      this.sink.fault(
        this.#state === 'trailers'
          ? `trailers longer than ${this.#trailerLimit}`
          : `a chunk's size line longer than ${limit} bytes`,
      );
      return -1;
    }
    this.#line += chunk.toString('latin1', at, end);
    if (feed === -1) return end;
    return this.#endOfLine() ? end : -1;
  }

  get #trailerLimit(): string {
    const bytes = `${this.maxTrailerBytes} bytes`;
    return this.trailerSetting === undefined ? bytes : `${this.trailerSetting} (${bytes})`;
  }

  #endOfLine(): boolean {
    const line = this.#line;
    if (this.#state === 'trailers') return this.#trailerLine(line);
    this.#line = '';
    if (this.#state === 'after-data') {
      this.#state = 'size';
      return line === '\r\n' || this.#fault('a chunk longer than its size');
    }
    const size = SIZE_LINE.exec(line)?.[1];
    this.#extensions += line.length - (size?.length ?? 0) - 2;
    if (size === undefined || this.#extensions > MAX_EXTENSIONS)
      return this.#fault('malformed chunk size, or chunk extensions that are too long');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'data';
    return true;
  }

  /** The trailers are kept as one text until the empty line comes. */
  #trailerLine(text: string): boolean {
    if (!text.endsWith('\r\n')) return this.#fault('a trailer ends in a bare LF');
    if (text !== '\r\n' && !text.endsWith('\r\n\r\n')) return true;
    const fields = parseFieldLines(text, 0, text.length - 2, 'trailers');
    if (typeof fields === 'string') return this.#fault(fields);
    this.trailers = fields.toRaw();
    return true;
  }

  #fault(reason: string): false {
    this.sink.fault(reason);
    return false;
  }
}
