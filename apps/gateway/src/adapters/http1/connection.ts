import type { Socket } from 'node:net';
import type { SendQueue } from '@rollcall/service-kit';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import type { AnswerFraming } from './answer-framing';
import type { AnswerHead } from './answer-head';
import { AnswerParser } from './answer-parser';
import type { AnswerSink } from './answer-sink';
import { BadAnswerError, closedEarly, downstreamAborted, idleTimeout, outcomeOf } from './attempt-errors';
import type { Overdue } from './deadline-watch';
import { ConnectionDeadlines } from './connection-deadlines';
import type { RequestHead } from './request-head';
import { RequestSender } from './request-sender';
import { RunningAttempt, type AttemptCarrier } from './running-attempt';

export interface ConnectionOptions {
  readonly socket: Socket;
  /** The event after which bytes can be sent. */
  readonly ready: string;
  readonly maxHeadBytes: number;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
  /** Milliseconds to become ready in. */
  readonly connectTimeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** The answer is whole, and the connection may carry another request. */
  readonly onFree: (connection: Connection) => void;
  /** It is of no use any more; its socket may still be closing, or carry another protocol. */
  readonly onLost: (connection: Connection) => void;
}

/**
 * One connection to an instance, carrying one attempt at a time. Whatever comes while it carries none is nobody's
 * answer, and the end of it: it must never reach the next caller.
 */
export class Connection implements AnswerSink, Overdue, AttemptCarrier {
  readonly #options: ConnectionOptions;
  readonly #parser: AnswerParser;
  #running: RunningAttempt | undefined;
  readonly #sender: RequestSender;
  #connected = false;
  #lost = false;
  #sent = false;
  #answering = false;
  /** The answer is whole, and the request's body is not: the instance reads on. */
  #answered = false;
  /** The answer lets the body go on. */
  #wantsRest = false;
  #paused = false;
  #keepAlive = false;
  readonly #deadlines: ConnectionDeadlines;
  #error: Error | undefined;
  /** Requests begun on it. */
  served = 0;
  /** Milliseconds for which the instance keeps it when nothing uses it, by its own word. */
  keepAliveMs = Infinity;
  /** When it has been idle for long enough; set by whoever keeps it. */
  idleUntil = Infinity;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#parser = new AnswerParser(this, options.maxHeadBytes);
    const { socket, ready } = options;
    socket.once(ready, this.#onReady);
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.once('close', this.#onClose);
    this.#deadlines = new ConnectionDeadlines(options.connectTimeoutMs);
    this.#deadlines.read('connection', options.now() + options.connectTimeoutMs);
    this.#sender = new RequestSender({
      ...options,
      deadlines: this.#deadlines,
      answer: () => this.#answerState,
      onSent: () => this.#onSent(),
      onMismatch: () => this.#fail(downstreamAborted()),
      onSilent: () => this.#fail(idleTimeout()),
    });
  }

  /** Resolves when its socket is closed. */
  get closed(): Promise<void> {
    const { socket } = this.#options;
    return socket.closed
      ? Promise.resolve()
      : new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Sends a request as soon as it stands. Only while it carries none. */
  run(head: RequestHead, request: OutgoingRequest, receiver: ResponseReceiver): Attempt {
    const attempt = new RunningAttempt(this, head, request, receiver);
    this.#running = attempt;
    this.#sent = false;
    this.#answering = false;
    this.#answered = false;
    this.idleUntil = Infinity;
    if (this.#connected) this.#send(attempt);
    return attempt;
  }

  abort(attempt: Attempt): void {
    if (this.#running === attempt) this.#fail(downstreamAborted());
  }

  resume(attempt: Attempt): void {
    const running = this.#running;
    if (running !== attempt || running === undefined || !this.#paused) return;
    this.#paused = false;
    this.#deadlines.read('more', this.#options.now() + running.request.idleTimeoutMs);
    this.#options.socket.resume();
  }

  /** Cuts it, and fails what it carries with `error`. */
  destroy(error?: Error): void {
    if (error !== undefined && this.#running !== undefined) this.#fail(error);
    else this.#lose();
    this.#options.socket.destroy();
  }

  checkDeadlines(now: number): void {
    const lateness = this.#deadlines.overdue(now);
    if (lateness !== undefined) this.#fail(lateness);
    else if (now >= this.idleUntil) this.destroy();
  }

  informational(head: AnswerHead): void {
    this.#running?.receiver.informational(head);
  }

  head(head: AnswerHead, framing: AnswerFraming): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#answering = true;
    this.#keepAlive = framing.keepAlive;
    this.keepAliveMs = framing.keepAliveMs;
    this.#wantsRest = head.status < 400;
    // Who refuses and closes reads no more: what went on would be met by a reset, which can take the answer with it.
    if (!this.#wantsRest && !framing.keepAlive) this.#sender.stop();
    running.receiver.response(head);
  }

  data(chunk: Buffer): void {
    const running = this.#running;
    if (running === undefined || running.receiver.data(chunk, () => undefined)) return;
    this.#paused = true;
    this.#deadlines.pauseReading();
    this.#options.socket.pause();
  }

  end(trailers: readonly string[], clean: boolean): void {
    const running = this.#running;
    if (running === undefined) return;
    const { socket } = this.#options;
    const goesOn = this.#sender.isSending && this.#wantsRest && !socket.readableEnded;
    // A refusal of half a request: the other half may still come and would be taken for the next one.
    this.#keepAlive &&= clean && (goesOn || !this.#sender.isSending);
    if (this.#paused) socket.resume();
    this.#paused = false;
    if (goesOn) {
      this.#answered = true;
      this.#deadlines.pauseReading();
      return running.receiver.end(trailers);
    }
    this.#release();
    running.receiver.end(trailers);
    running.receiver.done();
  }

  switched(head: AnswerHead, rest: Buffer): void {
    const running = this.#running;
    if (running === undefined) return;
    // RFC 9110 §7.8: the other protocol begins behind the whole request.
    if (this.#sender.isSending) return this.fault('it switches protocols in the middle of the request');
    const { socket } = this.#options;
    this.#finish();
    this.#lose();
    socket.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#onEnd).pause();
    if (rest.length > 0) socket.unshift(rest);
    running.receiver.upgraded(head, socket);
  }

  fault(reason: string): void {
    this.#fail(new BadAnswerError(reason));
  }

  #send({ head, request }: RunningAttempt): void {
    this.served += 1;
    this.#sent = true;
    this.#parser.begin({ bodiless: request.method === 'HEAD', upgrade: request.upgrade !== undefined });
    this.#sender.send(head, request);
  }

  #fail(error: Error): void {
    const running = this.#running;
    if (running === undefined) return;
    const sent = this.#sent;
    this.#finish();
    this.destroy();
    if (this.#answered) return running.receiver.done();
    running.receiver.failed({
      outcome: outcomeOf(error, sent),
      error,
      socketReused: sent && this.served > 1,
    });
  }

  /** Both ways are over: it carries the next request, or none. */
  #release(): void {
    this.#finish();
    if (this.#keepAlive) this.#options.onFree(this);
    else this.destroy();
  }

  /** Whatever was under way is over. */
  #finish(): void {
    this.#running = undefined;
    this.#deadlines.clear();
    this.#parser.abandon();
    this.#sender.stop();
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#options.onLost(this);
  }

  readonly #onReady = (): void => {
    this.#connected = true;
    this.#deadlines.clear();
    if (this.#running !== undefined) this.#send(this.#running);
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#running === undefined) return this.destroy();
    if (this.#answered) return this.#fail(closedEarly());
    try {
      this.#parser.execute(chunk);
    } catch (cause) {
      // Of Node, which takes back what may not go to the caller.
      this.#fail(new BadAnswerError(cause instanceof Error ? cause.message : 'it was refused', { cause }));
    }
    const running = this.#running;
    if (running === undefined || !this.#answering) return;
    if (!this.#paused) this.#deadlines.read('more', this.#options.now() + running.request.idleTimeoutMs);
    running.receiver.flush();
  };

  /** The request's body is whole. */
  #onSent(): void {
    const running = this.#running;
    if (running === undefined || !this.#answered) return;
    this.#release();
    running.receiver.done();
  }

  get #answerState(): 'awaited' | 'being-read' | 'paused' | 'over' {
    if (!this.#answering) return 'awaited';
    if (this.#answered) return 'over';
    return this.#paused ? 'paused' : 'being-read';
  }

  readonly #onDrain = (): void => {
    this.#sender.resume();
  };

  readonly #onEnd = (): void => {
    this.#lose();
    if (!this.#parser.close()) this.#fail(closedEarly());
  };

  readonly #onError = (error: Error): void => {
    this.#error = error;
  };

  readonly #onClose = (): void => {
    this.#lose();
    this.#fail(this.#error ?? closedEarly());
  };
}
