import type { ClientHttp2Session, ClientHttp2Stream, Settings } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { closedEarly, connectTimeout } from '../http1/attempt-errors';
import type { Overdue } from '../http1/deadline-watch';
import { widenWindow } from '../http2-common/session-settings';
import { connectSession } from './client-session';
import { PingWatchdog } from './ping-watchdog';
import type { SessionOptions } from './session-options';
import type { StreamAttempt } from './stream-attempt';
import type { StreamCarrier } from './stream-carrier';
import { streamError, unprocessed } from './stream-errors';

/** For GOAWAY to go out, and the socket to be closed. */
const CLOSING_MS = 5000;

/** One HTTP/2 connection to an instance. Requests wait until its SETTINGS have come, which say how many it takes. */
export class Session implements Overdue, StreamCarrier<StreamAttempt> {
  readonly #options: SessionOptions<Session>;
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #watchdog: PingWatchdog | undefined;
  /** All that it carries, the waiting ones included. */
  readonly #attempts = new Set<StreamAttempt>();
  #waiting: StreamAttempt[] = [];
  #phase: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  /** When it has to be ready, or closed. */
  #dueBy: number;
  /** The highest stream that the instance will look at, once it has said so. */
  #lastStream = Infinity;
  failure: Error | undefined;
  hasAnswered = false;
  /** When it has been idle for long enough; set by whoever keeps it. */
  idleUntil = Infinity;
  /** Streams that the instance allows. */
  limit = Infinity;

  /** @throws ForbiddenAddressError */
  constructor(options: SessionOptions<Session>) {
    this.#options = options;
    const { opener, now, connectTimeoutMs, maxHeadBytes, pingEveryMs } = options;
    const socket = opener.open();
    this.#socket = socket;
    this.#dueBy = now() + connectTimeoutMs;
    const session = connectSession(opener.origin, socket, maxHeadBytes);
    this.#session = session;
    if (pingEveryMs !== undefined)
      this.#watchdog = new PingWatchdog(session, () => socket.bytesRead, pingEveryMs);
    session
      .once('connect', this.#onConnect)
      .on('remoteSettings', this.#onSettings)
      .on('goaway', this.#onGoaway)
      // The error is looked for at 'close', which follows.
      .on('error', (error: Error) => (this.failure ??= streamError(error)))
      .once('close', this.#onClose);
  }

  /** Takes further requests. */
  get isOpen(): boolean {
    return this.#phase === 'connecting' || this.#phase === 'open';
  }

  get isConnecting(): boolean {
    return this.#phase === 'connecting';
  }

  /** Requests that it carries. */
  get streams(): number {
    return this.#attempts.size;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  /** Resolves when its socket is closed. */
  get closed(): Promise<void> {
    const socket = this.#socket;
    return socket.closed
      ? Promise.resolve()
      : new Promise((resolve) => socket.once('close', () => resolve()));
  }

  now(): number {
    return this.#options.now();
  }

  answered(): void {
    this.hasAnswered = true;
  }

  later(action: () => void): void {
    this.#options.writes.add(action);
  }

  /** Sends it, as soon as the instance can be sent to. */
  run(attempt: StreamAttempt): void {
    this.idleUntil = Infinity;
    this.#attempts.add(attempt);
    attempt.carriedBy(this);
    if (this.#phase === 'connecting') this.#waiting.push(attempt);
    else attempt.start(this);
  }

  open({ fields, request }: StreamAttempt): ClientHttp2Stream {
    return this.#session.request(fields.fields, {
      endStream: request.body === null,
      waitForTrailers: fields.mayHaveTrailers,
    });
  }

  refuses(streamId: number | undefined): boolean {
    return this.#lastStream !== Infinity && (streamId === undefined || streamId > this.#lastStream);
  }

  release(attempt: StreamAttempt, silent: boolean): void {
    this.#attempts.delete(attempt);
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((one) => one !== attempt);
    // Nothing comes over it any more: what else it carries would only be late as well.
    if (silent) return this.destroy(closedEarly());
    if (this.#attempts.size > 0) return;
    if (this.#phase === 'closing') this.#dueBy = this.now() + CLOSING_MS;
    else if (this.#phase === 'open') this.#options.onIdle(this);
  }

  /** Lets what is under way end. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.#beginClosing();
    this.#session.close();
  }

  /** Cuts it, and fails what it carries. */
  destroy(error: Error): void {
    this.failure ??= error;
    this.#ended();
    this.#session.destroy();
    this.#socket.destroy();
  }

  checkDeadlines(now: number): void {
    if (now >= this.#dueBy) this.destroy(connectTimeout(this.#options.connectTimeoutMs));
    else if (this.#watchdog?.isOverdue(now) === true) this.destroy(closedEarly());
    else if (now >= this.idleUntil && this.#attempts.size === 0) this.close();
    else for (const attempt of this.#attempts) attempt.checkDeadlines(now);
  }

  #beginClosing(): void {
    if (!this.isOpen) return;
    this.#phase = 'closing';
    this.#dueBy = this.#attempts.size === 0 ? this.now() + CLOSING_MS : Infinity;
    this.#options.onClosing(this);
    // They have not been sent, and will not be.
    for (const attempt of this.#waiting.splice(0)) attempt.fail(unprocessed());
  }

  #ended(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#dueBy = Infinity;
    this.#options.onClosed(this);
    for (const attempt of [...this.#attempts]) attempt.lost();
  }

  readonly #onConnect = (): void => {
    const { alpnProtocol } = this.#socket as Partial<TLSSocket>;
    if (alpnProtocol === undefined || alpnProtocol === 'h2') return widenWindow(this.#session);
    const attempts = this.#waiting.splice(0);
    this.#attempts.clear();
    this.destroy(closedEarly());
    this.#options.onNotAgreed(attempts);
  };

  readonly #onSettings = ({ maxConcurrentStreams = Infinity }: Settings): void => {
    this.limit = maxConcurrentStreams;
    if (this.#phase !== 'connecting') return;
    this.#phase = 'open';
    this.#dueBy = Infinity;
    const waiting = this.#waiting.splice(0);
    for (const attempt of waiting.slice(0, this.limit)) attempt.start(this);
    const surplus = waiting.slice(this.limit);
    for (const attempt of surplus) this.#attempts.delete(attempt);
    this.#options.onSurplus(surplus);
    if (this.#attempts.size === 0) this.#options.onIdle(this);
  };

  /** More than one may come, each with a lower number than the one before (RFC 9113 §6.8). */
  readonly #onGoaway = (_code: number, lastStreamId: number): void => {
    this.#lastStream = Math.min(this.#lastStream, lastStreamId);
    this.#beginClosing();
  };

  readonly #onClose = (): void => {
    this.#ended();
    this.#socket.destroy();
  };
}
