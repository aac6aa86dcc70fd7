import type { Socket } from 'node:net';
import type { SendQueue } from '@rollcall/service-kit';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import { AnswerReader } from './answer-reader';
import { closedEarly, downstreamAborted, idleTimeout, outcomeOf } from './attempt-errors';
import { ConnectionDeadlines } from './connection-deadlines';
import { attemptOf, LOST, READY, RESUME, SENT, transition } from './connection-state';
import type { ConnectionEvent, ConnectionState } from './connection-state';
import type { Overdue } from './deadline-watch';
import type { ReadBuffers } from './read-buffers';
import type { RequestHead } from './request-head';
import { RequestSender } from './request-sender';
import { RunningAttempt, type AttemptCarrier } from './running-attempt';
import type { SocketOpener } from './socket-opener';
import { SocketReads } from './socket-reads';

export interface ConnectionOptions {
  readonly opener: SocketOpener;
  readonly maxHeadBytes: number;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
  readonly buffers: ReadBuffers;
  /** Milliseconds to become ready in. */
  readonly connectTimeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /**
   * The answer is complete, and the connection may carry another request.
   * @param keepAliveMs milliseconds for which the instance keeps it while idle, as it announced
   */
  readonly onFree: (connection: Connection, keepAliveMs: number) => void;
  /** It carries no request any more; its socket may still be closing, or carry another protocol. */
  readonly onLost: (connection: Connection) => void;
}

/**
 * One connection to an instance, carrying one attempt at a time (`connection-state.ts`). Bytes that come while it
 * carries none answer no request and end the connection: they must never reach the next caller.
 */
export class Connection implements Overdue, AttemptCarrier {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #reads: SocketReads;
  readonly #reader: AnswerReader;
  readonly #sender: RequestSender;
  readonly #deadlines: ConnectionDeadlines;
  #state: ConnectionState<RunningAttempt> = { kind: 'connecting', attempt: undefined };
  /** Requests begun on it. */
  served = 0;
  /** When it has been idle for long enough; set by whoever keeps it. */
  idleUntil = Infinity;

  /** @throws ForbiddenAddressError */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#reads = new SocketReads(options.buffers, this.#onBytes);
    const socket = options.opener.open(this.#reads);
    socket.once(options.opener.ready, this.#onReady);
    socket.on('drain', () => this.#sender.resume()).on('end', this.#onEnd);
    // The error is looked for at 'close', which follows.
    socket.on('error', () => undefined).once('close', this.#onClose);
    this.#socket = socket;
    this.#deadlines = new ConnectionDeadlines(options.connectTimeoutMs);
    this.#deadlines.read('connection', options.now() + options.connectTimeoutMs);
    this.#sender = new RequestSender({
      ...options,
      socket,
      deadlines: this.#deadlines,
      state: () => this.#state.kind,
      onSent: () => this.#onSent(),
      onMismatch: () => this.#fail(downstreamAborted()),
      onSilent: () => this.#fail(idleTimeout()),
    });
    this.#reader = new AnswerReader({
      ...options,
      socket,
      reads: this.#reads,
      sender: this.#sender,
      deadlines: this.#deadlines,
      state: () => this.#state,
      step: (event) => this.#step(event),
      fail: (error) => this.#fail(error),
      release: () => this.#release(),
    });
  }

  /** Resolves when its socket is closed. */
  get closed(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
  }

  /** Sends a request as soon as the connection is established. Only while it carries none. */
  run(head: RequestHead, request: OutgoingRequest, receiver: ResponseReceiver): Attempt {
    const attempt = new RunningAttempt(this, head, request, receiver);
    this.idleUntil = Infinity;
    if (this.#step({ kind: 'run', attempt }).kind === 'sending') this.#send(attempt);
    return attempt;
  }

  abort(attempt: Attempt): void {
    if (attemptOf(this.#state) === attempt) this.#fail(downstreamAborted());
  }

  resume(attempt: Attempt): void {
    const before = this.#state;
    if (attemptOf(before) !== attempt || this.#step(RESUME) === before) return;
    this.#reader.awaitMore();
    this.#socket.resume();
  }

  /** Cuts it, and fails the attempt that it carries with `error`. */
  destroy(error?: Error): void {
    if (error !== undefined) this.#fail(error);
    this.#step(LOST);
    this.#socket.destroy();
  }

  checkDeadlines(now: number): void {
    const lateness = this.#deadlines.overdue(now);
    if (lateness !== undefined) this.#fail(lateness);
    else if (now >= this.idleUntil) this.destroy();
  }

  #step(event: ConnectionEvent<RunningAttempt>): ConnectionState<RunningAttempt> {
    const before = this.#state;
    const after = transition(before, event);
    this.#state = after;
    if (after.kind === 'lost' && before.kind !== 'lost') this.#options.onLost(this);
    return after;
  }

  #send({ head, request }: RunningAttempt): void {
    this.served += 1;
    this.#reader.begin(request);
    this.#sender.send(head, request);
  }

  #fail(error: Error): void {
    const state = this.#state;
    const attempt = attemptOf(state);
    if (attempt === undefined) return;
    this.#step(LOST);
    this.#release();
    if (state.kind === 'answered') return attempt.receiver.done();
    const sent = state.kind !== 'connecting';
    attempt.receiver.failed({
      outcome: outcomeOf(error, sent),
      error,
      socketReused: sent && this.served > 1,
    });
  }

  /** Nothing is under way any more: it is idle, or lost. */
  #release(): void {
    this.#deadlines.clear();
    this.#reader.abandon();
    this.#sender.stop();
    if (this.#state.kind === 'idle') this.#options.onFree(this, this.#reader.keepAliveMs);
    else this.#socket.destroy();
  }

  readonly #onReady = (): void => {
    this.#deadlines.clear();
    const state = this.#step(READY);
    if (state.kind === 'sending') this.#send(state.attempt);
  };

  readonly #onBytes = (bytes: Buffer): boolean => {
    const { kind } = this.#state;
    if (kind === 'sending' || kind === 'answering' || kind === 'paused') return this.#reader.execute(bytes);
    this.destroy(closedEarly());
    return false;
  };

  /** The request's body is complete. */
  #onSent(): void {
    const before = this.#state;
    if (this.#step(SENT) === before) return;
    this.#release();
    attemptOf(before)?.receiver.done();
  }

  readonly #onEnd = (): void => {
    if (!this.#reader.close()) this.#fail(closedEarly());
    this.#step(LOST);
  };

  readonly #onClose = (): void => {
    this.#reads.close();
    this.#fail(this.#socket.errored ?? closedEarly());
    this.#step(LOST);
  };
}
