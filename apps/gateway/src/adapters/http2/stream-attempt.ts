import { constants, type ClientHttp2Stream } from 'node:http2';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import {
  closedEarly,
  downstreamAborted,
  headersTimeout,
  idleTimeout,
  outcomeOf,
} from '../http1/attempt-errors';
import type { SendElsewhere } from '../negotiated-connections';
import { AnswerStream } from './answer-stream';
import type { RequestFields } from './request-fields';
import { RequestStream } from './request-stream';
import type { StreamCarrier } from './stream-carrier';
import { streamError, unprocessed } from './stream-errors';

/** One attempt, on a stream of its own. */
export class StreamAttempt implements Attempt {
  readonly #maxHeadBytes: number;
  /** Its session; another one than at first, where the first had no room. */
  #carrier: StreamCarrier<StreamAttempt> | undefined;
  #stream: ClientHttp2Stream | undefined;
  #answer: AnswerStream | undefined;
  /** `undefined` for a request without a body. */
  #sending: RequestStream | undefined;
  #isOver = false;
  /** What it goes on as, where the instance speaks another protocol. */
  #instead: Attempt | undefined;
  /** What had come in over the session when it began. */
  #bytesBefore = 0;
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
  carriedBy(carrier: StreamCarrier<StreamAttempt>): void {
    this.#carrier = carrier;
  }

  /** The session is ready for it. */
  start(carrier: StreamCarrier<StreamAttempt>): void {
    let stream: ClientHttp2Stream;
    try {
      stream = carrier.open(this);
    } catch (error) {
      return this.fail(streamError(error));
    }
    this.#stream = stream;
    this.#bytesBefore = carrier.bytesRead;
    // The error is looked for at 'close', which follows.
    stream.on('error', () => undefined).once('close', this.#onClose);
    this.#answer = new AnswerStream(stream, this.request, this.receiver, {
      maxHeadBytes: this.#maxHeadBytes,
      later: (action) => carrier.later(action),
      onProgress: () => this.#await(),
      onWhole: () => this.#onWhole(),
      onFault: (error) => this.fail(error),
    });
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
    if (!this.#isOver) this.#answer?.resume();
  }

  checkDeadlines(now: number): void {
    if (now < this.#lateAt) return;
    const isWithin = this.#answer?.hasHead === true || this.#sending?.isStuck === true;
    this.fail(isWithin ? idleTimeout() : headersTimeout());
  }

  /** Its session has ended. */
  lost(): void {
    const carrier = this.#carrier;
    if (this.#answer?.isWhole === true) return this.#done();
    this.fail(this.#isRefused ? unprocessed() : (carrier?.failure ?? closedEarly()));
  }

  /** Ends it, unless it is over. */
  fail(error: Error): void {
    if (this.#isOver) return;
    const carrier = this.#carrier;
    const sent = this.#stream !== undefined;
    const outcome = outcomeOf(error, sent);
    const isLate = outcome === 'headers-timeout' || outcome === 'body-idle-timeout';
    this.#end(isLate && carrier?.bytesRead === this.#bytesBefore);
    this.#cancel();
    if (this.#answer?.isWhole === true) return this.receiver.done();
    this.receiver.failed({ outcome, error, socketReused: sent && carrier?.hasAnswered === true });
  }

  /** The instance has said that it will not look at it. */
  get #isRefused(): boolean {
    return this.#answer?.hasHead !== true && this.#carrier?.refuses(this.#stream?.id) === true;
  }

  #end(silent: boolean): void {
    this.#isOver = true;
    this.#lateAt = Infinity;
    this.#answer?.abandon();
    this.#sending?.stop();
    this.#carrier?.release(this, silent);
  }

  /**
   * Not at once: Node 22.23 ends the process by an assertion where a stream that waits for trailers is closed while the
   * end of its answer is being read.
   */
  #cancel(): void {
    const stream = this.#stream;
    if (stream !== undefined) this.#carrier?.later(() => stream.close(constants.NGHTTP2_CANCEL));
  }

  #done(): void {
    if (this.#isOver) return;
    this.#end(false);
    this.receiver.done();
  }

  /** What comes next has to come within the time for it, from now on. */
  #await(): void {
    if (this.#isOver) return;
    const { headersTimeoutMs, idleTimeoutMs } = this.request;
    const answer = this.#answer;
    const sending = this.#sending;
    if (answer?.hasHead === true && !answer.isWhole) this.#lateIn(answer.isPaused ? Infinity : idleTimeoutMs);
    else if (sending?.isSent ?? true) this.#lateIn(headersTimeoutMs);
    // While the caller is slow, its own clock runs.
    else this.#lateIn(sending?.isStuck === true ? idleTimeoutMs : Infinity);
  }

  #lateIn(milliseconds: number): void {
    this.#lateAt = (this.#carrier?.now() ?? 0) + milliseconds;
  }

  #onSent(): void {
    if (this.#answer?.isWhole === true) this.#done();
    else this.#await();
  }

  #onWhole(): void {
    this.#carrier?.answered();
    if (this.#sending?.isSent ?? true) return this.#done();
    if (this.#answer?.wantsRest === true) return this.#await();
    this.#cancel();
    this.#done();
  }

  readonly #onClose = (): void => {
    if (this.#isOver) return;
    const code = this.#stream?.rstCode ?? constants.NGHTTP2_NO_ERROR;
    const answer = this.#answer;
    if (answer?.hasHead !== true && code === constants.NGHTTP2_REFUSED_STREAM)
      return this.fail(unprocessed());
    if (code === constants.NGHTTP2_NO_ERROR || answer?.isWhole === true || this.#isRefused)
      return this.lost();
    if (this.#carrier?.failure !== undefined) return this.lost();
    this.fail(streamError(this.#stream?.errored ?? undefined, code));
  };
}
