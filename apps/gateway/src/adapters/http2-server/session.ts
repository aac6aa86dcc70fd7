import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createAcknowledgementClock, type SendQueue } from '@rollcall/service-kit';
import type { ClientCertificate } from '../../headers/client-certificate';
import type { SessionEnd, SessionEvents } from '../../ports/session-events';
import type { WriteRound } from '../../ports/write-round';
import type { CertificateOf } from '../caller-certificates';
import { codeName } from '../http2-common/error-codes';
import { widenWindow } from '../http2-common/session-settings';
import { createResetBudget, type ResetBudget } from './reset-budget';
import { watchSession } from './session-watch';
import type { StreamOwner } from './stream-owner';

export interface SessionOptions {
  /** Milliseconds for a new session's first frames. */
  readonly headersTimeoutMs: number;
  /** Milliseconds without a request and without a stream. */
  readonly idleMs: number;
  /** Milliseconds for which a caller may take nothing of an answer of the gateway's own. */
  readonly unreadTimeoutMs: number;
  /** See `watchSession`; undefined where Node ends broken sessions by itself. */
  readonly lookEveryMs: number | undefined;
  /** A request is to be served; not called for one that was cancelled in the turn in which it came. */
  readonly onRequest: (stream: ServerHttp2Stream, raw: readonly string[], session: CallerSession) => void;
  /** Absent where callers are asked for no certificate. */
  readonly certificateOf?: CertificateOf | undefined;
  /** Ends the connection itself: Node keeps that of a session until all it writes is taken. */
  readonly hangUp: () => void;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
  readonly events: SessionEvents;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** How long a session that has been closed may take to end, once it has no stream; and one of its streams, once it is reset. */
const GRACE_MS = 1000;
const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants;

/** One connection of a caller over HTTP/2. */
export class CallerSession implements StreamOwner {
  /** The connection's other end. */
  readonly peer: string;
  /** What that end has shown. */
  readonly clientCertificate: ClientCertificate | undefined;
  /** Streams that are open. */
  streams = 0;
  readonly #budget: ResetBudget;
  readonly #resetByUs = new WeakSet<ServerHttp2Stream>();
  #end: SessionEnd | undefined;
  #closesAfterTurn = false;
  /** Nothing has come for so long, but requests were in progress. */
  #wasSilent = false;

  constructor(
    readonly session: ServerHttp2Session,
    readonly options: SessionOptions,
  ) {
    const { lookEveryMs, events, headersTimeoutMs, idleMs, certificateOf, now } = options;
    this.peer = session.socket.remoteAddress ?? 'unknown';
    this.clientCertificate = certificateOf?.(session.socket);
    this.#budget = createResetBudget(now);
    widenWindow(session);
    session.on('stream', (stream: ServerHttp2Stream, _fields: unknown, _flags: number, raw: string[]) =>
      this.#begin(stream, raw),
    );
    session.on('error', (error: NodeJS.ErrnoException) => {
      if (isViolation(error)) this.#end ??= 'protocol_error';
    });
    session.on('goaway', (code: number) => events.goaway('caller', codeName(code)));
    session.once('close', () => events.sessionEnded(this.#end ?? 'caller'));
    // Given to `setTimeout` it would be called once.
    session.on('timeout', () => this.#onTimeout());
    session.setTimeout(Math.min(headersTimeoutMs, idleMs));
    session.once('remoteSettings', () => session.setTimeout(idleMs));
    if (lookEveryMs !== undefined)
      watchSession(session, lookEveryMs, () => this.#destroy('unresponsive', NGHTTP2_NO_ERROR));
  }

  /** No further stream is taken; those that are open go on. */
  close(reason: SessionEnd): void {
    if (this.session.closed || this.session.destroyed) return;
    this.#end ??= reason;
    this.options.events.goaway('gateway', codeName(NGHTTP2_NO_ERROR));
    this.session.close();
  }

  /** What comes first is served. */
  closeAfterTurn(): void {
    this.#closesAfterTurn = true;
  }

  cut(): void {
    this.#end ??= 'drained';
    // With a code, as its requests were not answered whole.
    this.session.destroy(undefined, NGHTTP2_CANCEL);
  }

  reset(stream: ServerHttp2Stream, code: number): void {
    if (stream.closed || stream.destroyed) return;
    this.#resetByUs.add(stream);
    this.options.events.reset('gateway', codeName(code));
    stream.close(code);
  }

  giveUp(stream: ServerHttp2Stream): void {
    this.reset(stream, NGHTTP2_CANCEL);
    // A connection that takes nothing at all keeps its streams, as their last frames cannot be sent.
    setTimeout(() => {
      if (stream.destroyed) return;
      this.#destroy('unresponsive', NGHTTP2_NO_ERROR);
      this.options.hangUp();
    }, GRACE_MS).unref();
  }

  giveUpUnlessRead(stream: ServerHttp2Stream): void {
    if (stream.destroyed) return;
    const unread = createAcknowledgementClock({
      idleMs: this.options.unreadTimeoutMs,
      unacknowledged: () => this.unacknowledged(stream),
      onIdle: () => this.giveUp(stream),
    });
    unread.start();
    stream.once('close', () => unread.stop());
  }

  async unacknowledged(stream: ServerHttp2Stream): Promise<number | undefined> {
    const { session, options } = this;
    if (session.destroyed) return undefined;
    const queued = await options.sendQueue.unacknowledged(session.socket);
    return queued === undefined ? undefined : queued + stream.writableLength;
  }

  #begin(stream: ServerHttp2Stream, raw: readonly string[]): void {
    this.streams += 1;
    // Node's errors about a stream that was reset; without a listener they would end the process.
    stream.on('error', () => undefined);
    stream.on('close', () => this.#ended(stream));
    // At the end of the turn it is known whether the caller has taken it back already.
    this.options.writes.add(() => this.#dispatch(stream, raw));
  }

  #dispatch(stream: ServerHttp2Stream, raw: readonly string[]): void {
    if (!stream.destroyed && !stream.closed) this.options.onRequest(stream, raw, this);
    if (this.#closesAfterTurn) this.close('drained');
  }

  #ended(stream: ServerHttp2Stream): void {
    this.streams -= 1;
    if (this.#wasSilent && this.streams === 0) this.#awaitRequests();
    if (this.#resetByUs.has(stream)) return;
    if (stream.rstCode === NGHTTP2_NO_ERROR && !stream.aborted) return this.#budget.earn();
    if (this.session.destroyed) return;
    this.options.events.reset('caller', codeName(stream.rstCode));
    if (!this.#budget.spend()) this.#destroy('resets', NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** Comes with streams open, too: each of those has clocks of its own. */
  #onTimeout(): void {
    if (this.streams > 0) {
      this.#wasSilent = true;
      return;
    }
    this.close('idle');
    setTimeout(() => this.session.destroy(), GRACE_MS).unref();
  }

  /** Node's clock does not begin anew when a caller cancels its last request. */
  #awaitRequests(): void {
    this.#wasSilent = false;
    if (!this.session.destroyed) this.session.setTimeout(this.options.idleMs);
  }

  #destroy(reason: SessionEnd, code: number): void {
    if (this.session.destroyed) return;
    this.#end ??= reason;
    this.options.events.goaway('gateway', codeName(code));
    this.session.destroy(undefined, code);
  }
}

/** Other errors are of the connection, or the caller's own GOAWAY with a code. */
function isViolation({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_HTTP2_') && code !== 'ERR_HTTP2_SESSION_ERROR';
}
