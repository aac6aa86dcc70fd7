import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import { AppError, toProblem } from '@rollcall/service-kit';
import { headerListOf, type HeaderList } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import type { PolicyDecisions } from '../policies/policy-decisions';
import type { ResponseHead } from '../ports/transport';
import type { RequestTarget } from '../routing/request-target';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import { lingerOver } from './lingering';

/** What the caller wants to switch to. */
export interface UpgradeRequest {
  readonly protocol: string;
  readonly socket: Duplex;
  /** The two have switched: the socket is whoever's who calls this. @returns what has come in the new protocol already */
  takeOver(): Buffer;
}

export interface ExchangeOptions {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The request's fields as they came; read, never written. */
  readonly headers: HeaderList;
  readonly target: RequestTarget;
  readonly facts: RequestFacts;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  /** The caller waits for `100 Continue` before it sends the body. */
  readonly expectsContinue?: boolean;
  readonly upgrade: UpgradeRequest | undefined;
  /** Called once, when the answer has gone out or can no longer. */
  readonly onClose: (exchange: Exchange) => void;
}

/** One request of a caller and its answer, from the first attempt to the last byte. */
export interface Exchange extends Omit<ExchangeOptions, 'onClose'> {
  readonly method: string;
  /** What became of it, for the log and the metrics. */
  destination?: Destination;
  upstream?: Upstream;
  /** What the route's policies want for it; `undefined` on a route without any. */
  decisions: PolicyDecisions | undefined;
  attempts: number;
  /** An error of our own that was answered. */
  failure?: AppError;
  /** The instance broke off in the middle of its answer. */
  cut: boolean;
  /** The two have left HTTP. */
  switched: boolean;
  /** What the instance began to answer. */
  answered?: ResponseHead;
  /** Some of the body has been read: it cannot be sent to anybody else any more. */
  readonly bodyTaken: boolean;
  /** An instance reads the body, which may go on after the answer. */
  readonly uploading: boolean;
  /** The whole of it, where it was read before anything was sent: it can be sent as often as is wanted. */
  keptBody: Buffer | undefined;
  /** The caller is gone. */
  readonly aborted: boolean;
  /** What to do when the caller goes away; replaces what was to be done before. */
  onAbort(action: () => void): void;
  /** Lets the caller send its body, if it waits for that. */
  continue(): void;
  /** An instance begins to read the body. */
  takeBody(): void;
  /** It is whole, or nobody reads the rest of it. */
  leaveBody(): void;
  /** Answers by itself, without a body. */
  answer(status: number, headers: Readonly<Record<string, string>>): void;
  /** Answers with an error of the gateway's own, unless an answer has begun or nobody is there to read it. */
  fail(error: AppError): void;
  /** Cuts an answer short, unless it has ended: the only way left to say that it is not whole. */
  breakOff(): void;
  /** Ends an answer that has no end of its own as if it had come, and lets go of the instance. */
  endHere(): void;
  /** What is logged: 499 when the caller went away first (nginx's number, never sent). */
  status(): number;
}

export function createExchange(options: ExchangeOptions): Exchange {
  return new OpenExchange(options);
}

// A class, because one is made for every request.
class OpenExchange implements Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly headers: HeaderList;
  readonly target: RequestTarget;
  readonly facts: RequestFacts;
  readonly startedAt: number;
  readonly expectsContinue: boolean;
  readonly upgrade: UpgradeRequest | undefined;
  readonly method: string;
  destination?: Destination;
  upstream?: Upstream;
  decisions: PolicyDecisions | undefined;
  failure?: AppError;
  answered?: ResponseHead;
  attempts = 0;
  cut = false;
  switched = false;
  bodyTaken = false;
  uploading = false;
  keptBody: Buffer | undefined;
  aborted = false;
  #continued = false;
  #abortAction: (() => void) | undefined;

  constructor(options: ExchangeOptions) {
    this.req = options.req;
    this.res = options.res;
    this.headers = options.headers;
    this.target = options.target;
    this.facts = options.facts;
    this.startedAt = options.startedAt;
    this.expectsContinue = options.expectsContinue ?? false;
    this.upgrade = options.upgrade;
    this.method = options.req.method ?? 'GET';
    // Node sends chunks to a caller of HTTP/1.0 that says `TE: chunked`; that version has none (RFC 9112 §6.1).
    if (options.req.httpVersion === '1.0') this.res.useChunkedEncodingByDefault = false;
    // What Node has to say of an answer that nobody takes any more, and would end the process without a listener; or
    // what the server has to say of a request that turns out in its middle to be none.
    this.res.on('error', (error: unknown) => {
      if (error instanceof AppError) this.fail(error);
    });
    this.res.on('close', () => {
      this.aborted = !this.res.writableFinished;
      if (this.aborted) this.#abortAction?.();
      else if (this.uploading) this.#watchUpload();
      else lingerOver(this.req);
      options.onClose(this);
    });
  }

  onAbort(action: () => void): void {
    this.#abortAction = action;
    if (this.aborted) action();
  }

  continue(): void {
    if (!this.expectsContinue || this.#continued || this.res.headersSent) return;
    this.#continued = true;
    this.res.writeContinue();
  }

  fail(error: AppError): void {
    if (this.aborted || this.failure !== undefined) return;
    if (this.res.headersSent) {
      this.breakOff();
      return;
    }
    this.failure = error;
    const body = JSON.stringify(
      toProblem(error, { requestId: this.facts.requestId, path: this.target.path }),
    );
    this.#send(
      error.status,
      {
        'Content-Type': PROBLEM_CONTENT_TYPE,
        'Content-Length': String(Buffer.byteLength(body)),
        ...error.headers,
      },
      body,
    );
  }

  takeBody(): void {
    this.bodyTaken = true;
    this.uploading = true;
    this.continue();
  }

  leaveBody(): void {
    this.uploading = false;
    if (this.res.closed) lingerOver(this.req);
  }

  /** Once a request is answered, Node does not tell it any more that its caller has gone. */
  #watchUpload(): void {
    const { req } = this;
    const { socket } = req;
    const gone = (): void => void req.destroy();
    socket.once('close', gone);
    req.once('close', () => socket.off('close', gone));
  }

  answer(status: number, headers: Readonly<Record<string, string>>): void {
    if (!this.aborted && !this.res.headersSent) this.#send(status, headers, '');
  }

  #send(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    // Who was never told to continue may send its body or not, and nobody could tell it from the next request.
    if (this.expectsContinue && !this.#continued) this.res.shouldKeepAlive = false;
    const fields = headerListOf(Object.entries(headers).flat());
    fields.append('X-Request-Id', this.facts.requestId);
    if (this.decisions !== undefined) for (const edit of this.decisions.responseEdits) edit(fields);
    this.res.writeHead(status, STATUS_CODES[status] ?? '', fields.toRaw());
    // As text Node would join it to the head, and write both as UTF-8: the head is Latin-1.
    this.res.end(Buffer.from(body));
  }

  breakOff(): void {
    if (this.res.writableEnded) return;
    this.cut = true;
    this.res.destroy();
  }

  endHere(): void {
    if (!this.res.writableEnded) this.res.end(() => this.#abortAction?.());
  }

  status(): number {
    if (this.switched) return 101;
    return this.aborted && !this.cut ? 499 : this.res.statusCode;
  }
}
