import type { Duplex } from 'node:stream';
import { AppError } from '@rollcall/service-kit';
import { headText } from '../../headers/head-text';
import type { HeaderList } from '../../headers/header-list';
import type { RequestFacts } from '../../headers/request-passes';
import type { Acceptance, Caller, ReceivedHead, SwitchedConnection } from '../../ports/caller';
import type { RequestTarget } from '../../routing/request-target';
import { Http1Answer, type Http1AnswerOptions } from './http1-answer';
import { Http1Body, type Http1BodyObserver } from './http1-body';
import { lingerOver } from './lingering';

/** A request that offers to switch protocols, over a connection that Node does not read any more. */
export interface UpgradeRequest {
  readonly protocol: string;
  readonly socket: Duplex;
  /** The two have switched: the socket belongs to the caller of this. @returns what has come in the new protocol already */
  takeOver(): Buffer;
}

export interface Http1CallerOptions extends Http1AnswerOptions {
  readonly received: ReceivedHead;
  readonly accepted: Extract<Acceptance, { kind: 'traffic' }>;
  readonly upgrade: UpgradeRequest | undefined;
}

/** One request on Node's HTTP/1.1 server, and its answer. */
export class Http1Caller extends Http1Answer implements Caller, Http1BodyObserver {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: HeaderList;
  readonly facts: RequestFacts;
  readonly body: Http1Body | null;
  readonly #upgrade: UpgradeRequest | undefined;

  constructor(options: Http1CallerOptions) {
    super(options);
    const { req, res, received, accepted, upgrade } = options;
    this.method = received.method;
    this.target = accepted.target;
    this.headers = received.headers;
    this.facts = accepted.facts;
    this.#upgrade = upgrade;
    this.body = hasBody(received.headers) ? new Http1Body(req, this) : null;
    this.awaitsContinue = expectsContinue(received);
    // Node sends chunks to a caller of HTTP/1.0 that says `TE: chunked`; that version has none (RFC 9112 §6.1).
    if (received.httpVersion === '1.0') res.useChunkedEncodingByDefault = false;
    // Node's errors about an answer whose caller has gone, which would end the process without a listener; and the
    // server's own about a request that turns out to be malformed in its middle.
    res.on('error', (error: unknown) => {
      if (!(error instanceof AppError)) return;
      this.fail(error);
      this.goneAction?.();
    });
    res.on('close', () => this.#onClose());
  }

  get upgrade(): string | undefined {
    return this.#upgrade?.protocol;
  }

  switchProtocols(statusText: string, fields: HeaderList, protocol: string): SwitchedConnection | undefined {
    const upgrade = this.#upgrade;
    if (upgrade === undefined || this.gone || upgrade.socket.destroyed) return undefined;
    this.switched = true;
    const early = upgrade.takeOver();
    fields.append('Connection', 'Upgrade');
    fields.append('Upgrade', protocol);
    upgrade.socket.write(headText(101, statusText, fields), 'latin1');
    return { stream: upgrade.socket, early };
  }

  onGone(action: () => void): void {
    this.goneAction = action;
    if (this.gone) action();
  }

  /** Node closes the connection at the end of an answer that does not keep it. */
  get endWaitsForBody(): boolean {
    return this.body !== null && this.body.reading && !this.res.shouldKeepAlive;
  }

  bodyStarted(): void {
    if (!this.awaitsContinue || this.res.headersSent) return;
    this.awaitsContinue = false;
    this.res.writeContinue();
  }

  bodyOver(): void {
    if (this.res.closed) lingerOver(this.req);
  }

  #onClose(): void {
    this.gone = !this.res.writableFinished;
    if (this.gone) this.goneAction?.();
    else if (this.body?.reading === true) this.#watchUpload();
    else lingerOver(this.req);
    this.closed();
  }

  /** Once a request is answered, Node does not tell it any more that its caller has gone. */
  #watchUpload(): void {
    const { req } = this;
    const { socket } = req;
    const gone = (): void => void req.destroy();
    socket.once('close', gone);
    req.once('close', () => socket.off('close', gone));
  }
}

/** Whether a request carries a body at all (RFC 9112 §6.3). */
export function hasBody(headers: HeaderList): boolean {
  const length = headers.get('content-length');
  return (length !== undefined && length !== '0') || headers.get('transfer-encoding') !== undefined;
}

/** HTTP/1.0 has no interim answers (RFC 9110 §15.2). */
export function expectsContinue({ headers, httpVersion }: ReceivedHead): boolean {
  return headers.get('expect')?.toLowerCase() === '100-continue' && httpVersion !== '1.0';
}
