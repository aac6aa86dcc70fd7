import { constants, type ServerHttp2Stream } from 'node:http2';
import type { AppError } from '@rollcall/service-kit';
import type { HeaderList } from '../../headers/header-list';
import type { RequestFacts } from '../../headers/request-passes';
import type { AnswerEdit } from '../../policies/policy-decisions';
import type { AnswerEnd, CallerAnswer } from '../../ports/caller';
import type { RequestTarget } from '../../routing/request-target';
import { outgoingFields, type OutgoingFields } from '../http2-common/outgoing-fields';
import { emptyAnswer, failedAnswer, failedTrailers, type OwnAnswer } from './own-answer';
import type { StreamOwner } from './stream-owner';
import { sendHead, waitingHead, type WaitingHead } from './waiting-head';

const NO_EDITS: readonly AnswerEdit[] = [];
const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** What is written to one caller over HTTP/2. The half of `Http2Caller` that writes: one object a request. */
export abstract class Http2Answer implements CallerAnswer {
  abstract readonly method: string;
  abstract readonly headers: HeaderList;
  abstract readonly facts: RequestFacts;
  abstract readonly target: RequestTarget;
  protected abstract readonly requestIsWhole: boolean;
  readonly endWaitsForBody = false;
  status = 0;
  failure: AppError | undefined;
  gone = false;
  begun = false;
  mayHaveTrailers = false;
  protected goneAction: (() => void) | undefined;
  #edits = NO_EDITS;
  #waiting: WaitingHead | undefined;
  #trailers: OutgoingFields | undefined;
  #hasEnded = false;
  #actsGoneAtEnd = false;
  #end: AnswerEnd | undefined;
  #closed: Promise<AnswerEnd> | undefined;
  #close: ((end: AnswerEnd) => void) | undefined;

  constructor(
    protected readonly stream: ServerHttp2Stream,
    protected readonly owner: StreamOwner,
  ) {}

  get ended(): boolean {
    return this.#hasEnded || this.#end !== undefined || this.stream.destroyed;
  }

  get hasUnsent(): boolean {
    return !this.stream.destroyed && this.stream.writableLength > 0;
  }

  unacknowledged(): Promise<number | undefined> {
    return this.owner.unacknowledged(this.stream);
  }

  decorate(edits: readonly AnswerEdit[]): void {
    this.#edits = edits;
  }

  informational(status: number, _statusText: string, fields: HeaderList): void {
    if (this.begun || this.#isOver) return;
    this.stream.additionalHeaders({ ':status': status, ...outgoingFields(fields.toRaw()) });
  }

  respond(status: number, _statusText: string, list: HeaderList): void {
    this.#waiting = waitingHead(this.method, status, list);
    this.mayHaveTrailers = this.#waiting.mayHaveTrailers;
    this.status = status;
    this.begun = true;
  }

  write(chunk: Buffer, release: () => void): boolean {
    if (this.#isOver || this.#hasEnded || this.#waiting?.hasBody === false) {
      release();
      return true;
    }
    this.flush();
    // Not given back before: nghttp2 writes from where it is.
    return this.stream.write(chunk, release);
  }

  onDrain(action: () => void): void {
    this.stream.once('drain', action);
  }

  flush(): void {
    const head = this.#waiting;
    if (head === undefined || this.#isOver) return;
    if (!head.hasBody) return this.end();
    this.#waiting = undefined;
    sendHead(this.stream, head, { trailers: () => this.#trailers ?? {}, onSent: () => this.#refuseRest() });
  }

  trailers(fields: readonly string[]): void {
    if (fields.length > 0) this.#trailers = outgoingFields(fields);
  }

  end(): void {
    if (this.#isOver || this.#hasEnded) return;
    const head = this.#waiting;
    if (head === undefined || (head.mayHaveTrailers && this.#trailers !== undefined)) {
      this.flush();
      this.#hasEnded = true;
      this.stream.once('finish', () => this.#finish());
      this.stream.end();
    } else {
      this.#waiting = undefined;
      this.mayHaveTrailers = false;
      this.#hasEnded = true;
      // One frame: an answer without a body, or one of gRPC that is nothing but its status.
      this.stream.respond(head.fields, { endStream: true });
      this.#finish();
    }
  }

  endWith(chunk: Buffer, release: () => void): void {
    // The end goes out with the chunk's frame: Node looks for it a tick after the write.
    this.write(chunk, release);
    this.end();
  }

  fail(error: AppError): void {
    if (this.gone || this.failure !== undefined || this.#end !== undefined) return;
    if (this.begun) return this.reset('cut', error);
    this.failure = error;
    this.#send(failedAnswer(error, this));
  }

  answer(status: number, headers: Readonly<Record<string, string>>): void {
    if (!this.#isOver && !this.begun) this.#send(emptyAnswer(status, headers, this.facts.requestId));
  }

  #send({ status, fields, body }: OwnAnswer): void {
    for (const edit of this.#edits) edit(fields);
    this.respond(status, '', fields);
    if (body.length === 0) this.end();
    else this.endWith(body, () => undefined);
    this.owner.giveUpUnlessRead(this.stream);
  }

  endEarly(): void {
    if (this.ended) return;
    this.#actsGoneAtEnd = true;
    this.end();
  }

  reset(reason: 'cut' | 'gone', error?: AppError): void {
    if (this.#end !== undefined || (reason === 'cut' && this.#hasEnded)) return;
    // Of gRPC: whoever has messages already is told what has become of the others.
    const trailers = this.mayHaveTrailers && error ? failedTrailers(error, this) : undefined;
    if (trailers !== undefined && !this.#isOver) {
      this.failure = error;
      this.trailers(trailers);
      this.end();
      return this.owner.giveUpUnlessRead(this.stream);
    }
    // Before the stream says that it is closed.
    this.#over(reason);
    if (reason === 'gone') this.owner.giveUp(this.stream);
    else this.owner.reset(this.stream, NGHTTP2_INTERNAL_ERROR);
  }

  whenClosed(): Promise<AnswerEnd> {
    this.#closed ??=
      this.#end === undefined
        ? new Promise((resolve) => (this.#close = resolve))
        : Promise.resolve(this.#end);
    return this.#closed;
  }

  /** The stream is closed. Node may close one whose last frame is sent before it says that the writing has finished. */
  protected closed(): void {
    const { aborted, rstCode } = this.stream;
    this.#over(this.#hasEnded && !aborted && rstCode === NGHTTP2_NO_ERROR ? 'whole' : 'gone');
  }

  /** The answer is over for good; only the first call counts. */
  #over(end: AnswerEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.gone = end !== 'whole';
    if (this.gone || this.#actsGoneAtEnd) this.goneAction?.();
    this.#close?.(end);
  }

  get #isOver(): boolean {
    return this.#end !== undefined || this.stream.destroyed || this.stream.closed;
  }

  #finish(): void {
    if (this.stream.aborted) return;
    this.#over('whole');
    if (!this.mayHaveTrailers) this.#refuseRest();
  }

  /** The whole answer is sent. Whatever else the caller sends is for nobody (RFC 9113 §8.1). */
  #refuseRest(): void {
    if (!this.stream.closed && !this.requestIsWhole) this.owner.reset(this.stream, NGHTTP2_NO_ERROR);
  }
}
