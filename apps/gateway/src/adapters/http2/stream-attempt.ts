import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import {
  BadAnswerError,
  closedEarly,
  downstreamAborted,
  headersTimeout,
  idleTimeout,
  outcomeOf,
} from '../http1/attempt-errors';
import type { SendElsewhere } from '../negotiated-connections';
import { answerHead, answerTrailers } from './answer-fields';
import type { RequestFields } from './request-fields';
import { RequestStream } from './request-stream';
import { streamError, unprocessed } from './stream-errors';

/** What carries attempts, as far as one of them needs it. */
export interface StreamCarrier {
  /** It has carried the whole of an answer. */
  readonly hasAnswered: boolean;
  answered(): void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Once everything that has come in together has been looked at. */
  readonly later: (action: () => void) => void;
  /** @throws what Node throws for fields that it does not send */
  open(attempt: StreamAttempt): ClientHttp2Stream;
  /** The instance has said that it will not look at a stream of this number. */
  refuses(streamId: number | undefined): boolean;
  /** Why the whole session has ended, where it has. */
  readonly failure: Error | undefined;
  /** Bytes that have come in over it. */
  readonly bytesRead: number;
  /** The attempt is over. @param silent it has timed out, and nothing at all has come in since it began */
  release(attempt: StreamAttempt, silent: boolean): void;
}

/** Most informational answers to one request: a hostile instance could send them without end. */
const MAX_INFORMATIONAL = 64;
const NOTHING = (): void => undefined;
const NO_TRAILERS: readonly string[] = [];

/** One attempt, on a stream of its own. */
export class StreamAttempt implements Attempt {
  readonly #maxHeadBytes: number;
  /** Its session; another one than at first, where the first had no room. */
  #carrier: StreamCarrier | undefined;
  #stream: ClientHttp2Stream | undefined;
  #sending: RequestStream | undefined;
  #isOver = false;
  /** What it goes on as. */
  #instead: Attempt | undefined;
  /** Bytes of the answer's body still to come, where the answer says how many; -1 before the head. */
  #left = -1;
  #bodiless = false;
  #hasHead = false;
  #wantsRest = true;
  #bytesBefore = 0;
  #isPaused = false;
  #isAnswered = false;
  #informational = 0;
  #trailers = NO_TRAILERS;
  #lateAt = Infinity;

  constructor(
    readonly fields: RequestFields,
    readonly request: OutgoingRequest,
    readonly receiver: ResponseReceiver,
    maxHeadBytes: number,
  ) {
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** It waits there until `start`. */
  carriedBy(carrier: StreamCarrier): void {
    this.#carrier = carrier;
  }

  /** The session is ready for it. */
  start(carrier: StreamCarrier): void {
    let stream: ClientHttp2Stream;
    try {
      stream = carrier.open(this);
    } catch (error) {
      return this.fail(streamError(error));
    }
    this.#stream = stream;
    this.#bytesBefore = carrier.bytesRead;
    // The answer's events come in this order; a field or a frame too many ends in 'close'.
    stream
      .on('headers', this.#onInformational)
      .once('response', this.#onResponse)
      .once('trailers', this.#onTrailers)
      .on('data', this.#onData)
      .once('end', this.#onEnd)
      // The error is looked for at 'close', which follows.
      .on('error', NOTHING)
      .once('close', this.#onClose);
    const { body } = this.request;
    if (body === null) return this.#await();
    this.#sending = new RequestStream(stream, body, this.fields, {
      onProgress: () => this.#await(),
      onSent: () => this.#onSent(),
      onMismatch: () => this.fail(downstreamAborted()),
    });
    this.#sending.start();
  }

  /** It has not been sent, and goes on as another attempt. */
  sendElsewhere(send: SendElsewhere): void {
    this.#isOver = true;
    this.#instead = send(this.request, this.receiver);
  }

  abort(): void {
    this.#instead?.abort();
    this.fail(downstreamAborted());
  }

  resume(): void {
    this.#instead?.resume();
    if (!this.#isPaused || this.#isOver) return;
    this.#isPaused = false;
    this.#await();
    this.#stream?.resume();
  }

  checkDeadlines(now: number): void {
    if (now >= this.#lateAt)
      this.fail(this.#hasHead || this.#sending?.isStuck === true ? idleTimeout() : headersTimeout());
  }

  /** Its session has ended. */
  lost(): void {
    const carrier = this.#carrier;
    if (this.#isAnswered) return this.#done();
    const isRefused = !this.#hasHead && carrier?.refuses(this.#stream?.id) === true;
    this.fail(isRefused ? unprocessed() : (carrier?.failure ?? closedEarly()));
  }

  /** Ends it, unless it is over. */
  fail(error: Error): void {
    if (this.#isOver) return;
    const { receiver } = this;
    const carrier = this.#carrier;
    const sent = this.#stream !== undefined;
    const outcome = outcomeOf(error, sent);
    const isLate = outcome === 'headers-timeout' || outcome === 'body-idle-timeout';
    this.#end(isLate && carrier?.bytesRead === this.#bytesBefore);
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    if (this.#isAnswered) return receiver.done();
    receiver.failed({ outcome, error, socketReused: sent && carrier?.hasAnswered === true });
  }

  #end(silent: boolean): void {
    this.#isOver = true;
    this.#lateAt = Infinity;
    this.#sending?.stop();
    this.#carrier?.release(this, silent);
  }

  /** What comes next has to come within the time for it, from now on. */
  #await(): void {
    const { headersTimeoutMs, idleTimeoutMs } = this.request;
    const sending = this.#sending;
    const isSent = sending?.isSent ?? true;
    if (this.#isOver) return;
    if (this.#hasHead && !this.#isAnswered) this.#lateIn(this.#isPaused ? Infinity : idleTimeoutMs);
    else if (isSent) this.#lateIn(headersTimeoutMs);
    // While the caller is slow, its own clock runs.
    else this.#lateIn(sending?.isStuck === true ? idleTimeoutMs : Infinity);
  }

  #lateIn(milliseconds: number): void {
    this.#lateAt = (this.#carrier?.now() ?? 0) + milliseconds;
  }

  #onSent(): void {
    if (this.#isAnswered) this.#done();
    else this.#await();
  }

  #refuse(reason: string): void {
    this.fail(new BadAnswerError(reason));
  }

  readonly #onInformational = (
    _fields: IncomingHttpHeaders,
    _flags: number,
    raw?: readonly string[],
  ): void => {
    if (this.#isOver || this.#hasHead) return;
    const head = answerHead(raw ?? [], this.#maxHeadBytes);
    this.#informational += 1;
    if (typeof head === 'string') return this.#refuse(head);
    if (this.#informational > MAX_INFORMATIONAL)
      return this.#refuse(`more than ${MAX_INFORMATIONAL} informational answers`);
    if (head.status !== 100) this.receiver.informational(head);
  };

  readonly #onResponse = (_fields: IncomingHttpHeaders, flags: number, raw?: readonly string[]): void => {
    if (this.#isOver) return;
    const head = answerHead(raw ?? [], this.#maxHeadBytes);
    if (typeof head === 'string') return this.#refuse(head);
    const { status, headers } = head;
    this.#hasHead = true;
    this.#wantsRest = status < 400;
    this.#bodiless = this.request.method === 'HEAD' || status === 204 || status === 304;
    const length = this.#bodiless ? undefined : headers.get('content-length');
    this.#left = length === undefined ? Infinity : Number(length);
    this.#await();
    try {
      this.receiver.response(head);
    } catch (cause) {
      // Of Node, which throws for what may not go to the caller.
      return this.fail(
        new BadAnswerError(cause instanceof Error ? cause.message : 'Node refused it', { cause }),
      );
    }
    // Without a body, the head and the end go to the caller together.
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) this.#onEnd();
    else this.#carrier?.later(this.#flush);
  };

  readonly #flush = (): void => {
    if (!this.#isOver && !this.#isAnswered) this.receiver.flush();
  };

  readonly #onTrailers = (_fields: IncomingHttpHeaders, _flags: number, raw?: readonly string[]): void => {
    if (this.#isOver) return;
    const trailers = answerTrailers(raw ?? [], this.#maxHeadBytes);
    if (typeof trailers === 'string') this.#refuse(trailers);
    else this.#trailers = trailers;
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver || this.#isAnswered || chunk.length === 0) return;
    this.#left -= chunk.length;
    if (this.#bodiless) return this.#refuse('a body behind a head that says that there is none');
    if (this.#left < 0) return this.#refuse('a body longer than its Content-Length');
    if (this.receiver.data(chunk, NOTHING)) return this.#await();
    this.#isPaused = true;
    this.#await();
    this.#stream?.pause();
  };

  readonly #onEnd = (): void => {
    // An end without a head is a stream that was reset: 'close' says how.
    if (this.#isOver || this.#isAnswered || !this.#hasHead) return;
    // Node ends the body too when the instance breaks it off by RST_STREAM with NO_ERROR.
    if (this.#left > 0 && this.#left !== Infinity) return this.fail(closedEarly());
    this.#isAnswered = true;
    this.#carrier?.answered();
    this.receiver.end(this.#trailers);
    this.#lateAt = Infinity;
    if (this.#sending?.isSent ?? true) return this.#done();
    if (this.#wantsRest) return this.#await();
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#done();
  };

  #done(): void {
    if (this.#isOver) return;
    this.#end(false);
    this.receiver.done();
  }

  readonly #onClose = (): void => {
    if (this.#isOver) return;
    const code = this.#stream?.rstCode ?? 0;
    if (code === 0 || this.#isAnswered || this.#carrier?.failure !== undefined) return this.lost();
    if (!this.#hasHead && code === constants.NGHTTP2_REFUSED_STREAM) return this.fail(unprocessed());
    this.fail(streamError(this.#stream?.errored ?? undefined, code));
  };
}
