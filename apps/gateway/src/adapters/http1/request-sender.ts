import type { Socket } from 'node:net';
import { createAcknowledgementClock, type AcknowledgementClock, type SendQueue } from '@rollcall/service-kit';
import type { OutgoingRequest } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import type { ConnectionDeadlines } from './connection-deadlines';
import type { ConnectionState } from './connection-state';
import { RequestBodyWriter, type RequestOutput } from './request-body-writer';
import type { RequestHead } from './request-head';

export interface RequestSenderOptions {
  readonly socket: Socket;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
  readonly deadlines: ConnectionDeadlines;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly state: () => ConnectionState<unknown>['kind'];
  /** A body has gone out completely. */
  readonly onSent: () => void;
  /** The body is not as long as the request said. */
  readonly onMismatch: () => void;
  /** The instance has taken nothing of the body for too long. */
  readonly onSilent: () => void;
}

/** Bytes that cost less as text of one write with the head than beside it. */
const JOINED = 4096;
const MOST_WAITING = 4 * JOINED;

/** Bytes of a body that fit into the buffers of the system and the instance, however slow the instance is. */
const SWALLOWED = 65_536;

/** A sender of one request after another on a connection. It sets the deadline of what is awaited next. */
export class RequestSender implements RequestOutput {
  readonly #options: RequestSenderOptions;
  /** What goes out with the round: a head, and what has come of its body by then. Latin-1. */
  #waiting = '';
  #writer: RequestBodyWriter | undefined;
  #clock: AcknowledgementClock | undefined;

  constructor(options: RequestSenderOptions) {
    this.#options = options;
  }

  /** A body is going out, and not complete yet. */
  get isSending(): boolean {
    return this.#writer !== undefined;
  }

  send(head: RequestHead, request: OutgoingRequest): void {
    const { writes, onMismatch } = this.#options;
    if (this.#waiting === '') writes.add(this.#flush);
    this.#waiting += head.text;
    if (request.body === null) return this.#awaitAnswer(request);
    this.#writer = new RequestBodyWriter({
      output: this,
      body: request.body,
      framing: head.framing,
      onProgress: (waiting) => this.#progress(request, waiting),
      onSent: (bytes) => this.#sent(request, bytes),
      onMismatch,
    });
    this.#writer.start();
  }

  write(before: string, chunk: Buffer, after: string): boolean {
    const { socket } = this.#options;
    if (this.#waiting !== '' && chunk.length <= JOINED) {
      this.#waiting += before + chunk.toString('latin1') + after;
      return this.#waiting.length < MOST_WAITING || this.#flush();
    }
    if (this.#waiting === '' && before === '' && after === '') return socket.write(chunk);
    // One packet, and one call to the system, for all of them.
    socket.cork();
    this.#flush();
    for (const part of [before, chunk, after]) if (part.length > 0) socket.write(part, 'latin1');
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  /** The connection can take more. */
  resume(): void {
    this.#clock?.stop();
    this.#writer?.resume();
  }

  /** The rest of the body is not sent. */
  stop(): void {
    this.#writer?.stop();
    this.#writer = undefined;
    this.#dropClock();
  }

  #awaitAnswer({ headersTimeoutMs }: OutgoingRequest): void {
    const { deadlines, now } = this.#options;
    deadlines.read('answer', now() + headersTimeoutMs);
  }

  #progress(request: OutgoingRequest, waiting: boolean): void {
    if (waiting) this.#awaitInstance(request);
    this.#prolongAnswer(request);
  }

  #expectAnswer(request: OutgoingRequest): void {
    if (this.#options.state() === 'sending') this.#awaitAnswer(request);
    else this.#prolongAnswer(request);
  }

  /** An instance that has begun its answer early may send no more of it before it has read the whole request. */
  #prolongAnswer({ idleTimeoutMs }: OutgoingRequest): void {
    const { deadlines, now, state } = this.#options;
    if (state() === 'answering') deadlines.read('more', now() + idleTimeoutMs);
  }

  #awaitInstance(request: OutgoingRequest): void {
    const { socket, sendQueue, onSilent } = this.#options;
    this.#clock ??= createAcknowledgementClock({
      idleMs: request.idleTimeoutMs,
      unacknowledged: () => sendQueue.unacknowledged(socket),
      onProgress: () => this.#prolongAnswer(request),
      onIdle: onSilent,
    });
    this.#clock.start();
  }

  #sent(request: OutgoingRequest, bytes: number): void {
    this.#writer = undefined;
    this.#dropClock();
    this.#expectAnswer(request);
    if (bytes > SWALLOWED) this.#awaitRest(request);
    this.#options.onSent();
  }

  /** The system has all of it, and the instance may still be taking it: only then does the time for its answer begin. */
  #awaitRest(request: OutgoingRequest): void {
    const { socket, sendQueue } = this.#options;
    this.#clock = createAcknowledgementClock({
      idleMs: Math.min(request.idleTimeoutMs, request.headersTimeoutMs),
      unacknowledged: () => sendQueue.unacknowledged(socket),
      onProgress: () => this.#expectAnswer(request),
      // Whether the answer is late is for its own deadline to say.
      onIdle: () => this.#dropClock(),
    });
    this.#clock.start();
  }

  #dropClock(): void {
    this.#clock?.stop();
    this.#clock = undefined;
  }

  /** @returns false when the connection asks for a pause */
  readonly #flush = (): boolean => {
    const { socket } = this.#options;
    const text = this.#waiting;
    this.#waiting = '';
    // Nothing waits where a long body was in a hurry; and the connection may have been cut.
    return text === '' || socket.destroyed || socket.write(text, 'latin1');
  };
}
