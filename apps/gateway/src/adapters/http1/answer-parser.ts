import { answerFraming } from './answer-framing';
import type { ResponseHead } from '../../ports/transport';
import { earlyHeadFault, parseAnswerHead, withoutLength } from './answer-head';
import type { AnswerSink } from './answer-sink';
import { ChunkedBody } from './chunked-body';
import { noFieldLines } from './field-lines';

/** Most informational answers to one request: a hostile instance could send them without end. */
export const MAX_INFORMATIONAL = 64;

/** Bytes that nearly every head has room in: what comes behind it in the same read need not become text as well. */
const USUAL_HEAD_BYTES = 1024;

const NO_TRAILERS: readonly string[] = [];

export interface Expectation {
  /** The request was HEAD: the answer has no body. */
  readonly bodiless: boolean;
  /** The request asked to switch protocols. */
  readonly upgrade: boolean;
}

type State =
  /** No answer is awaited, or a fault has ended it. */
  'silent' | 'head' | 'length' | 'chunked' | 'until-close';

/**
 * A parser of the answers on one connection, one request after another. It tells its sink the same however the bytes are
 * cut into pieces, and throws only what the sink throws.
 */
export class AnswerParser {
  #state: State = 'silent';
  #expectation: Expectation = { bodiless: false, upgrade: false };
  /** The beginning of a head whose end has not come yet. */
  #text = '';
  #left = 0;
  #chunked: ChunkedBody | undefined;
  #informational = 0;
  readonly #known = noFieldLines();

  /** @param maxHeadBytes of status line and fields together, and of trailers */
  constructor(
    readonly sink: AnswerSink,
    readonly maxHeadBytes: number,
  ) {}

  /** Part of an answer has come, and not its end. */
  get begun(): boolean {
    return this.#state !== 'silent' && (this.#state !== 'head' || this.#text !== '');
  }

  /** A request goes out. */
  begin(expectation: Expectation): void {
    this.#state = 'head';
    this.#expectation = expectation;
    this.#text = '';
    this.#informational = 0;
  }

  execute(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'silent') at = this.#step(chunk, at);
  }

  /** The connection has been closed properly by the other side. @returns whether that was the end of an answer */
  close(): boolean {
    if (this.#state !== 'until-close') return false;
    this.#end(NO_TRAILERS, true);
    return true;
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#head(chunk, at);
      case 'length':
        return this.#length(chunk, at);
      case 'chunked':
        return this.#chunks(chunk, at);
      default:
        this.sink.data(at === 0 ? chunk : chunk.subarray(at));
        return chunk.length;
    }
  }

  #head(chunk: Buffer, at: number): number {
    const known = this.#text.length;
    const until = Math.min(chunk.length, at + this.maxHeadBytes - known);
    let text = this.#text + chunk.toString('latin1', at, Math.min(until, at + USUAL_HEAD_BYTES));
    let end = text.indexOf('\r\n\r\n', Math.max(0, known - 3));
    if (end === -1 && until > at + USUAL_HEAD_BYTES) {
      text = this.#text + chunk.toString('latin1', at, until);
      end = text.indexOf('\r\n\r\n', Math.max(0, known - 3));
    }
    if (end === -1) {
      const fault = earlyHeadFault(text);
      if (fault !== undefined) return this.#fault(fault, chunk);
      if (text.length >= this.maxHeadBytes)
        return this.#fault(
          `status line and fields are longer than MAX_ANSWER_HEAD_BYTES (${this.maxHeadBytes} bytes)`,
          chunk,
        );
      this.#text = text;
      return chunk.length;
    }
    this.#text = '';
    const head = parseAnswerHead(text, end + 2, this.#known);
    if (typeof head === 'string') return this.#fault(head, chunk);
    return this.#begun(head, chunk, at + end + 4 - known);
  }

  #begun(head: ResponseHead, chunk: Buffer, at: number): number {
    if (head.status < 200) return this.#interim(head, chunk, at);
    const framing = answerFraming(head, this.#expectation.bodiless);
    if (typeof framing === 'string') return this.#fault(framing, chunk);
    const { body } = framing;
    this.sink.head(framing.lengthIsVoid ? withoutLength(head) : head, framing);
    switch (body.kind) {
      case 'none':
        this.#end(NO_TRAILERS, at === chunk.length);
        return at;
      case 'length':
        this.#left = body.length;
        break;
      case 'chunked':
        this.#chunked = new ChunkedBody(this.sink, this.maxHeadBytes, 'MAX_ANSWER_HEAD_BYTES');
        break;
      case 'until-close':
        break;
    }
    // The sink may have ended it all when it heard of the head.
    if (this.#state === 'head') this.#state = body.kind;
    return at;
  }

  #interim(head: ResponseHead, chunk: Buffer, at: number): number {
    if (head.status === 101) {
      if (!this.#expectation.upgrade) return this.#fault('101 to a request without Upgrade', chunk);
      this.#state = 'silent';
      this.sink.switched(head, chunk.subarray(at));
      return chunk.length;
    }
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL)
      return this.#fault(`more than ${MAX_INFORMATIONAL} informational answers`, chunk);
    if (head.status !== 100) this.sink.informational(head);
    return at;
  }

  #length(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    this.sink.data(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
    if (this.#left === 0) this.#end(NO_TRAILERS, end === chunk.length);
    return end;
  }

  #chunks(chunk: Buffer, at: number): number {
    const end = this.#chunked?.execute(chunk, at) ?? -1;
    if (end === -1) {
      this.#state = 'silent';
      return chunk.length;
    }
    const trailers = this.#chunked?.trailers;
    if (trailers !== undefined) this.#end(trailers, end === chunk.length);
    return end;
  }

  #end(trailers: readonly string[], clean: boolean): void {
    // Also when the sink has given up in the meantime.
    if (this.#state === 'silent') return;
    this.#state = 'silent';
    this.#chunked = undefined;
    this.sink.end(trailers, clean);
  }

  #fault(reason: string, chunk: Buffer): number {
    this.#state = 'silent';
    this.sink.fault(reason);
    return chunk.length;
  }

  /** The rest of the answer is ignored. */
  abandon(): void {
    this.#state = 'silent';
  }
}
