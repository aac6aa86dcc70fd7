import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAcknowledgementClock, type AcknowledgementClock, type SendQueue } from '@rollcall/service-kit';
import { fitFraming, passableTrailers } from '../headers/framing-fields';
import { headText } from '../headers/head-text';
import { headerListOf, type HeaderList } from '../headers/header-list';
import { passResponseHeaders } from '../headers/response-passes';
import type { Attempt, AttemptFailure, ResponseHead, ResponseReceiver } from '../ports/transport';
import type { WriteRound } from '../ports/write-round';
import type { Exchange } from './exchange';

/** How an attempt went, as far as another one may still be made. */
export type AttemptResult = { readonly outcome: 'response' } | AttemptFailure;

export interface ResponseRelayOptions {
  readonly exchange: Exchange;
  /** How long the caller may take nothing of the answer. */
  readonly idleTimeoutMs: number;
  readonly sendQueue: SendQueue;
  readonly writes: WriteRound;
  /** The instance has switched protocols. */
  readonly onUpgrade: (head: ResponseHead, socket: Duplex) => void;
  /** The attempt is over, its answer's body included. */
  readonly onFinished: () => void;
}

/** Carries one attempt's answer to the caller, at the caller's pace. */
export interface ResponseRelay extends ResponseReceiver {
  /** Settled when the answer has begun, or will not. */
  readonly result: Promise<AttemptResult>;
  /** The attempt that this relay listens to. */
  attached(attempt: Attempt): void;
}

export function createResponseRelay(options: ResponseRelayOptions): ResponseRelay {
  return new Relay(options);
}

/** Bytes of a body that cost less copied than written by themselves. */
const SMALL = 4096;

const ANSWERED: AttemptResult = { outcome: 'response' };

// A class, because one is made for every attempt.
class Relay implements ResponseRelay {
  readonly result: Promise<AttemptResult>;
  #settle: (result: AttemptResult) => void = () => undefined;
  #attempt: Attempt | undefined;
  #begun = false;
  #flushed = false;
  /** The last of it is about to be written. */
  #ending = false;
  /** Bytes of the body still to come, where the answer says how many. */
  #left = Infinity;
  #unread: AcknowledgementClock | undefined;

  constructor(readonly options: ResponseRelayOptions) {
    this.result = new Promise((resolve) => (this.#settle = resolve));
  }

  attached(attempt: Attempt): void {
    this.#attempt = attempt;
    this.options.exchange.onAbort(() => attempt.abort());
  }

  /** For answers whose body keeps everybody waiting (server-sent events); otherwise the head goes out with the body. */
  flush(): void {
    const { res } = this.options.exchange;
    if (!this.#begun || this.#flushed || this.#ending || res.writableEnded || res.destroyed) return;
    this.#flushed = true;
    // Not by `flushHeaders`, which writes the head as UTF-8 and thereby other bytes than came.
    res.write('', 'latin1');
  }

  informational(head: ResponseHead): void {
    const { res, req } = this.options.exchange;
    // HTTP/1.0 has none of them (RFC 9110 §15.2), and behind a final answer's head they would be its body.
    if (head.status !== 103 || req.httpVersion === '1.0' || res.headersSent) return;
    res.socket?.write(headText(head.status, head.statusText, this.#passed(head)), 'latin1');
  }

  response(head: ResponseHead): void {
    const { res } = this.options.exchange;
    const headers = this.#passed(head);
    // Throws for what may not go out (a control character in a value); the transport then ends the attempt.
    res.writeHead(head.status, head.statusText, headers.toRaw());
    this.#begun = true;
    this.options.exchange.answered = head;
    const length = headers.get('content-length');
    if (length !== undefined) this.#left = Number(length);
    this.#settle(ANSWERED);
  }

  data(chunk: Buffer, release: () => void): boolean {
    const { res } = this.options.exchange;
    this.#left -= chunk.length;
    if (this.#left === 0 && !this.#mustStayOpen()) {
      this.#ending = true;
      this.options.writes.add(() => this.#endWith(chunk, release));
      return true;
    }
    const { socket } = res;
    if (socket === null || !isWritable(res)) {
      release();
      return true;
    }
    // Corked by us, Node writes now and not in the next tick, and it shows at once whether the system has taken all.
    socket.cork();
    const more = res.write(chunk, release);
    socket.uncork();
    // A piece longer than Node's buffer counts as too much even when nothing of it is left to write.
    return more || res.writableLength === 0 || this.#pause();
  }

  end(trailers: readonly string[]): void {
    const { res } = this.options.exchange;
    this.#unread?.stop();
    if (this.#ending || res.writableEnded) return;
    if (trailers.length > 0) res.addTrailers(passableTrailers(trailers));
    if (!this.#mustStayOpen()) this.#end();
  }

  done(): void {
    if (!this.#ending && !this.options.exchange.res.writableEnded) this.#end();
    this.options.onFinished();
  }

  #end(): void {
    this.options.exchange.res.end();
    this.#awaitRest();
  }

  /**
   * The instance still reads the body, and Node closes the caller's connection at the end of the answer. So the end is
   * kept back; of an answer with a length the caller has everything by then.
   */
  #mustStayOpen(): boolean {
    const { res, uploading } = this.options.exchange;
    return uploading && !res.shouldKeepAlive;
  }

  upgraded(head: ResponseHead, socket: Duplex): void {
    this.#begun = true;
    this.#settle(ANSWERED);
    socket.once('close', () => this.options.onFinished());
    this.options.onUpgrade(head, socket);
  }

  failed(failure: AttemptFailure): void {
    this.#unread?.stop();
    this.#settle(failure);
    if (this.#begun) this.options.exchange.breakOff();
    this.options.onFinished();
  }

  /** The fields that the caller gets. */
  #passed(head: ResponseHead): HeaderList {
    const { method, facts, decisions, upstream } = this.options.exchange;
    const headers = headerListOf(head.headers);
    passResponseHeaders(headers, facts);
    if (decisions !== undefined) for (const edit of decisions.responseEdits) edit(headers, upstream);
    fitFraming(headers, { status: head.status, method, httpVersion: facts.httpVersion });
    return headers;
  }

  #pause(): false {
    this.#awaitCaller();
    this.options.exchange.res.once('drain', () => {
      this.#unread?.stop();
      this.#attempt?.resume();
    });
    return false;
  }

  /** Head, rest of the body and end in one write. As text Node joins it to the head; bytes it would write beside it. */
  #endWith(chunk: Buffer, release: () => void): void {
    const { res } = this.options.exchange;
    if (res.writableEnded || !isWritable(res)) return release();
    if (chunk.length <= SMALL) {
      res.end(chunk.toString('latin1'), 'latin1');
      release();
    } else {
      // Not by `end(chunk, release)`, whose callback is for 'finish' and never comes when the connection breaks.
      res.write(chunk, release);
      res.end();
    }
    this.#awaitRest();
  }

  /** The instance has said everything; a caller that takes no more of it must not keep it for ever. */
  #awaitRest(): void {
    const { res } = this.options.exchange;
    if (res.socket === null || res.socket.writableLength === 0) return;
    this.#awaitCaller();
    res.once('close', () => this.#unread?.stop());
  }

  #awaitCaller(): void {
    const { exchange, idleTimeoutMs, sendQueue } = this.options;
    const { res } = exchange;
    this.#unread ??= createAcknowledgementClock({
      idleMs: idleTimeoutMs,
      unacknowledged: () =>
        res.socket === null ? Promise.resolve(undefined) : sendQueue.unacknowledged(res.socket),
      onIdle: () => res.destroy(),
    });
    this.#unread.start();
  }
}

/** Otherwise Node keeps what is written for ever, or drops it, and calls nobody back. */
function isWritable({ destroyed, socket }: ServerResponse): boolean {
  return !destroyed && socket !== null && socket.writable;
}
