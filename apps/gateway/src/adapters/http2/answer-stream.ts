import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import { MAX_INFORMATIONAL } from '../http1/answer-parser';
import { BadAnswerError, closedEarly } from '../http1/attempt-errors';
import { answerHead, answerTrailers } from './answer-fields';

export interface AnswerStreamEvents {
  /** Bytes of an answer's fields. */
  readonly maxHeadBytes: number;
  /** Once everything that has come in together has been looked at. */
  readonly later: (action: () => void) => void;
  /** Something of it has come. */
  readonly onProgress: () => void;
  /** All of it has come, and has been told to the receiver. */
  readonly onWhole: () => void;
  readonly onFault: (error: Error) => void;
}

const NOTHING = (): void => undefined;
const NO_TRAILERS: readonly string[] = [];

/** Reads the answer on one stream, and tells the receiver of the attempt. */
export class AnswerStream {
  hasHead = false;
  isWhole = false;
  /** The caller takes no more at present. */
  isPaused = false;
  /** The answer lets the rest of the request's body go on. */
  wantsRest = true;
  #isAbandoned = false;
  /** The answer has no body, whatever its fields say. */
  #bodiless = false;
  /** Bytes of the body still to come; Infinity where the answer does not say how many. */
  #left = Infinity;
  #informational = 0;
  #trailers = NO_TRAILERS;

  constructor(
    readonly stream: ClientHttp2Stream,
    readonly request: OutgoingRequest,
    readonly receiver: ResponseReceiver,
    readonly events: AnswerStreamEvents,
  ) {
    stream
      .on('headers', this.#onInformational)
      .once('response', this.#onResponse)
      .once('trailers', this.#onTrailers)
      .on('data', this.#onData)
      .once('end', this.#onBodyEnd);
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.events.onProgress();
    this.stream.resume();
  }

  /** What still comes is nobody's. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  get #isOver(): boolean {
    return this.#isAbandoned || this.isWhole;
  }

  #refuse(reason: string): void {
    this.events.onFault(new BadAnswerError(reason));
  }

  readonly #onInformational = (
    _fields: IncomingHttpHeaders,
    _flags: number,
    raw: readonly string[] = [],
  ): void => {
    if (this.#isOver || this.hasHead) return;
    const head = answerHead(raw, this.events.maxHeadBytes);
    if (typeof head === 'string') return this.#refuse(head);
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL)
      return this.#refuse(`more than ${MAX_INFORMATIONAL} informational answers`);
    if (head.status !== 100) this.receiver.informational(head);
  };

  readonly #onResponse = (_fields: IncomingHttpHeaders, flags: number, raw: readonly string[] = []): void => {
    if (this.#isOver) return;
    const head = answerHead(raw, this.events.maxHeadBytes);
    if (typeof head === 'string') return this.#refuse(head);
    const { status, headers } = head;
    this.hasHead = true;
    this.wantsRest = status < 400;
    this.#bodiless = this.request.method === 'HEAD' || status === 204 || status === 304;
    const length = this.#bodiless ? undefined : headers.get('content-length');
    if (length !== undefined) this.#left = Number(length);
    this.events.onProgress();
    try {
      this.receiver.response(head);
    } catch (cause) {
      // Of Node, which throws for what may not go to the caller.
      const reason = cause instanceof Error ? cause.message : 'Node refused it';
      return this.events.onFault(new BadAnswerError(reason, { cause }));
    }
    // An answer without a body goes to the caller in one piece.
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) this.#onEnd();
    else this.events.later(this.#flush);
  };

  readonly #flush = (): void => {
    if (!this.#isOver) this.receiver.flush();
  };

  readonly #onTrailers = (
    _fields: IncomingHttpHeaders,
    _flags: number,
    raw: readonly string[] = [],
  ): void => {
    if (this.#isOver) return;
    const trailers = answerTrailers(raw, this.events.maxHeadBytes);
    if (typeof trailers === 'string') this.#refuse(trailers);
    else this.#trailers = trailers;
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver || chunk.length === 0) return;
    this.#left -= chunk.length;
    if (this.#bodiless) return this.#refuse('a body behind a head that says that there is none');
    if (this.#left < 0) return this.#refuse('a body longer than its Content-Length');
    if (!this.receiver.data(chunk, NOTHING)) {
      this.isPaused = true;
      this.stream.pause();
    }
    this.events.onProgress();
  };

  readonly #onBodyEnd = (): void => {
    // Node ends the body, too, of a stream that is reset or whose connection is lost: its closing says how.
    if (!this.stream.closed || this.stream.rstCode === constants.NGHTTP2_NO_ERROR) this.#onEnd();
  };

  readonly #onEnd = (): void => {
    // An end without a head is a stream that was reset: its closing says how.
    if (this.#isOver || !this.hasHead) return;
    // Node ends the body too when the instance breaks it off by RST_STREAM with NO_ERROR.
    if (this.#left > 0 && this.#left !== Infinity) return this.events.onFault(closedEarly());
    this.isWhole = true;
    this.receiver.end(this.#trailers);
    this.events.onWhole();
  };
}
