import type { Socket } from 'node:net';
import type { OutgoingRequest } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import type { ConnectionDeadlines } from './connection-deadlines';
import { RequestBodyWriter } from './request-body-writer';
import type { RequestHead } from './request-head';

export interface RequestSenderOptions {
  readonly socket: Socket;
  readonly writes: WriteRound;
  readonly deadlines: ConnectionDeadlines;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** How far the answer to what is being sent has come. */
  readonly answer: () => 'awaited' | 'being-read' | 'paused';
  /** The body is not as long as the request said. */
  readonly onMismatch: () => void;
}

/** Puts one request after another on a connection, and says until when what is waited for has to come. */
export class RequestSender {
  readonly #options: RequestSenderOptions;
  #writer: RequestBodyWriter | undefined;

  constructor(options: RequestSenderOptions) {
    this.#options = options;
  }

  /** A body is on its way, and not whole yet. */
  get isSending(): boolean {
    return this.#writer !== undefined;
  }

  send(head: RequestHead, request: OutgoingRequest): void {
    const { socket, writes, onMismatch } = this.#options;
    // What there is of the body by then goes out in the same packet.
    socket.cork();
    writes.add(this.#uncork);
    socket.write(head.text, 'latin1');
    if (request.body === null) return this.#awaitAnswer(request);
    this.#writer = new RequestBodyWriter({
      socket,
      body: request.body,
      framing: head.framing,
      onProgress: (waiting) => this.#progress(request, waiting),
      onSent: () => this.#sent(request),
      onMismatch,
    });
    this.#writer.start();
  }

  /** The connection can take more. */
  resume(): void {
    this.#options.deadlines.write(Infinity);
    this.#writer?.resume();
  }

  /** Nobody wants the rest of it. */
  stop(): void {
    this.#writer?.stop();
    this.#writer = undefined;
  }

  #awaitAnswer({ headersTimeoutMs }: OutgoingRequest): void {
    const { deadlines, now } = this.#options;
    deadlines.read('answer', now() + headersTimeoutMs);
  }

  #progress({ idleTimeoutMs }: OutgoingRequest, waiting: boolean): void {
    const { deadlines, now, answer } = this.#options;
    const until = now() + idleTimeoutMs;
    deadlines.write(waiting ? until : Infinity);
    // An answer that began early says nothing more before it has heard everything.
    if (answer() === 'being-read') deadlines.read('more', until);
  }

  #sent(request: OutgoingRequest): void {
    const { deadlines, answer } = this.#options;
    this.#writer = undefined;
    deadlines.write(Infinity);
    if (answer() === 'awaited') this.#awaitAnswer(request);
  }

  readonly #uncork = (): void => {
    this.#options.socket.uncork();
  };
}
