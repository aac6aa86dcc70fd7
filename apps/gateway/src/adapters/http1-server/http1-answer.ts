import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AppError } from '@rollcall/service-kit';
import { grpcContentType } from '../../grpc/grpc-request';
import { headText } from '../../headers/head-text';
import { headerListOf, type HeaderList } from '../../headers/header-list';
import type { RequestFacts } from '../../headers/request-passes';
import type { AnswerEdit } from '../../policies/policy-decisions';
import type { AnswerEnd, CallerAnswer } from '../../ports/caller';
import type { RequestTarget } from '../../routing/request-target';
import { errorAnswer } from '../error-answer';
import type { UnreadAnswers } from './unread-answers';

export interface Http1AnswerOptions {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly unread: UnreadAnswers;
}

/** Bytes of a body that cost less copied than written by themselves. */
const SMALL = 4096;
const NO_EDITS: readonly AnswerEdit[] = [];

/** What is written to one caller of Node's HTTP/1.1 server. The half of `Http1Caller` that writes: one object a request. */
export abstract class Http1Answer implements CallerAnswer {
  abstract readonly method: string;
  abstract readonly headers: HeaderList;
  abstract readonly facts: RequestFacts;
  abstract readonly target: RequestTarget;
  abstract readonly endWaitsForBody: boolean;
  readonly mayHaveTrailers = false;
  failure: AppError | undefined;
  gone = false;
  protected readonly req: IncomingMessage;
  protected readonly res: ServerResponse;
  /** The caller waits for `100 Continue`, and has not been told. */
  protected awaitsContinue = false;
  protected switched = false;
  protected goneAction: (() => void) | undefined;
  readonly #unread: UnreadAnswers;
  #edits = NO_EDITS;
  #cut = false;
  #end: AnswerEnd | undefined;
  /** Of the last chunk: nothing refers to it once the answer is closed. */
  #releaseLast: (() => void) | undefined;
  #closed: Promise<AnswerEnd> | undefined;
  #close: ((end: AnswerEnd) => void) | undefined;

  constructor({ req, res, unread }: Http1AnswerOptions) {
    this.req = req;
    this.res = res;
    this.#unread = unread;
  }

  get begun(): boolean {
    return this.res.headersSent;
  }

  get ended(): boolean {
    return this.res.writableEnded || this.res.destroyed;
  }

  get status(): number {
    return this.switched ? 101 : this.res.statusCode;
  }

  get hasUnsent(): boolean {
    return (this.res.socket?.writableLength ?? 0) > 0;
  }

  unacknowledged(): Promise<number | undefined> {
    return this.#unread.unacknowledged(this.res);
  }

  decorate(edits: readonly AnswerEdit[]): void {
    this.#edits = edits;
  }

  informational(status: number, statusText: string, fields: HeaderList): void {
    // HTTP/1.0 has none of them (RFC 9110 §15.2), and behind a final answer's head they would be its body.
    if (this.facts.httpVersion === '1.0' || this.res.headersSent) return;
    this.res.socket?.write(headText(status, statusText, fields), 'latin1');
  }

  respond(status: number, statusText: string, fields: HeaderList): void {
    this.res.writeHead(status, statusText, fields.toRaw());
  }

  write(chunk: Buffer, release: () => void): boolean {
    const res = this.res;
    const { socket } = res;
    if (socket === null || res.writableEnded || !isWritable(res)) {
      release();
      return true;
    }
    // Corked by us, Node writes now and not in the next tick, and it shows at once whether the system has taken all.
    socket.cork();
    const more = res.write(chunk, release);
    socket.uncork();
    if (res.writableLength > 0) return more;
    // The system has all of it. Node calls back a tick later: by then a long answer would be read into another buffer.
    release();
    // A piece longer than Node's buffer counts as too much even when nothing of it is left to write.
    return true;
  }

  onDrain(action: () => void): void {
    this.res.once('drain', action);
  }

  flush(): void {
    // Not by `flushHeaders`, which writes the head as UTF-8 and thereby other bytes than came.
    if (!this.ended) this.res.write('', 'latin1');
  }

  trailers(fields: readonly string[]): void {
    const pairOf = (name: string, at: number): [string, string][] =>
      at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [];
    this.res.addTrailers(fields.flatMap(pairOf));
  }

  end(): void {
    if (!this.ended) this.res.end();
  }

  /** Head, rest of the body and end in one write. As text Node joins it to the head; bytes it would write beside it. */
  endWith(chunk: Buffer, release: () => void): void {
    const res = this.res;
    if (res.writableEnded || !isWritable(res)) return release();
    if (chunk.length <= SMALL) {
      res.end(chunk.toString('latin1'), 'latin1');
      release();
    } else {
      // Not by `end(chunk, release)`, whose callback is for 'finish' and never comes when the connection breaks.
      this.#releaseLast = release;
      res.end(chunk);
    }
  }

  fail(error: AppError): void {
    if (this.gone || this.failure !== undefined) return;
    if (this.res.headersSent) return this.reset('cut');
    this.failure = error;
    const { requestId } = this.facts;
    const grpcType = grpcContentType(this);
    const { status, headers, body } = errorAnswer(error, { requestId, path: this.target.path, grpcType });
    this.#send(status, headers, body);
  }

  answer(status: number, headers: Readonly<Record<string, string>>): void {
    if (!this.gone && !this.res.headersSent) this.#send(status, headers, '');
  }

  #send(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    // A caller that was never told to continue may send its body or not, and neither could be told from a next request.
    if (this.awaitsContinue) this.res.shouldKeepAlive = false;
    const fields = headerListOf(Object.entries(headers).flat());
    fields.append('X-Request-Id', this.facts.requestId);
    for (const edit of this.#edits) edit(fields);
    this.res.writeHead(status, STATUS_CODES[status] ?? '', fields.toRaw());
    // As text Node would join it to the head, and write both as UTF-8: the head is Latin-1.
    this.res.end(Buffer.from(body));
    this.#unread.cutUnlessRead(this.res);
  }

  endEarly(): void {
    if (!this.ended) this.res.end(() => this.goneAction?.());
  }

  reset(reason: 'cut' | 'gone'): void {
    if (reason === 'cut' && this.res.writableEnded) return;
    this.#cut ||= reason === 'cut';
    this.res.destroy();
  }

  whenClosed(): Promise<AnswerEnd> {
    this.#closed ??=
      this.#end === undefined
        ? new Promise((resolve) => (this.#close = resolve))
        : Promise.resolve(this.#end);
    return this.#closed;
  }

  /** To be called once, when the answer is over for good and `gone` is known. */
  protected closed(): void {
    this.#releaseLast?.();
    this.#end = this.#howItEnded();
    this.#close?.(this.#end);
  }

  #howItEnded(): AnswerEnd {
    if (this.switched) return 'switched';
    if (this.#cut) return 'cut';
    return this.gone ? 'gone' : 'whole';
  }
}

/** Otherwise Node keeps what is written for ever, or drops it, and never calls back. */
function isWritable({ destroyed, socket }: ServerResponse): boolean {
  return !destroyed && socket !== null && socket.writable;
}
