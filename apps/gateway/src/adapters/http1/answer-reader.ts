import type { Socket } from 'node:net';
import type { OutgoingRequest } from '../../ports/transport';
import type { AnswerFraming } from './answer-framing';
import type { ResponseHead } from '../../ports/transport';
import { AnswerParser } from './answer-parser';
import type { AnswerSink } from './answer-sink';
import { BadAnswerError } from './attempt-errors';
import type { ConnectionDeadlines } from './connection-deadlines';
import { attemptOf, LOST, PAUSE, type ConnectionEvent, type ConnectionState } from './connection-state';
import type { RequestSender } from './request-sender';
import type { RunningAttempt } from './running-attempt';
import type { SocketReads } from './socket-reads';

export interface AnswerReaderOptions {
  readonly socket: Socket;
  readonly reads: SocketReads;
  readonly sender: RequestSender;
  readonly deadlines: ConnectionDeadlines;
  /** Bytes of status line and fields together, and of trailers. */
  readonly maxHeadBytes: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly state: () => ConnectionState<RunningAttempt>;
  /** @returns the state that the event leads to */
  readonly step: (event: ConnectionEvent<RunningAttempt>) => ConnectionState<RunningAttempt>;
  /** Ends the attempt under way with an error, and the connection. */
  readonly fail: (error: Error) => void;
  /** The request and its answer are complete. */
  readonly release: () => void;
}

/** Reads the answers on one connection, and tells the receiver of the attempt under way. */
export class AnswerReader implements AnswerSink {
  readonly #options: AnswerReaderOptions;
  readonly #parser: AnswerParser;
  /** Milliseconds for which the instance keeps the connection while idle, as its last answer announced. */
  keepAliveMs = Infinity;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
    this.#parser = new AnswerParser(this, options.maxHeadBytes);
  }

  /** A request goes out, whose answer comes next. */
  begin({ method, upgrade }: OutgoingRequest): void {
    this.#parser.begin({ bodiless: method === 'HEAD', upgrade: upgrade !== undefined });
  }

  /** The rest of the answer is not awaited any more. */
  abandon(): void {
    this.#parser.abandon();
  }

  /** The instance has closed its side. @returns whether that was the end of an answer */
  close(): boolean {
    return this.#parser.close();
  }

  /** @returns whether more of the answer's body is to be read at once */
  execute(bytes: Buffer): boolean {
    const { fail, state } = this.#options;
    try {
      this.#parser.execute(bytes);
    } catch (cause) {
      // Of Node, which throws for what may not go to the caller.
      fail(new BadAnswerError(cause instanceof Error ? cause.message : 'Node refused it', { cause }));
    }
    const after = state();
    if (after.kind !== 'answering' && after.kind !== 'paused' && after.kind !== 'answered') return false;
    this.awaitMore();
    after.attempt.receiver.flush();
    return after.kind === 'answering';
  }

  /** The time in which more of the body has to come begins now, if it is being read. */
  awaitMore(): void {
    const { state, deadlines, now } = this.#options;
    const current = state();
    if (current.kind === 'answering') deadlines.read('more', now() + current.attempt.request.idleTimeoutMs);
  }

  informational(head: ResponseHead): void {
    attemptOf(this.#options.state())?.receiver.informational(head);
  }

  head(head: ResponseHead, { keepAlive, keepAliveMs }: AnswerFraming): void {
    const wantsRest = head.status < 400;
    const state = this.#options.step({ kind: 'head', reusable: keepAlive, wantsRest });
    if (state.kind !== 'answering') return;
    this.keepAliveMs = keepAliveMs;
    // Who refuses and closes reads no more: what went on would be met by a reset, which can take the answer with it.
    if (!wantsRest && !keepAlive) this.#options.sender.stop();
    state.attempt.receiver.response(head);
  }

  data(chunk: Buffer): void {
    const { state, step, reads, deadlines, socket } = this.#options;
    const attempt = attemptOf(state());
    if (attempt === undefined || reads.lend(chunk, attempt.receiver)) return;
    if (step(PAUSE).kind !== 'paused') return;
    deadlines.clear();
    socket.pause();
  }

  end(trailers: readonly string[], clean: boolean): void {
    const { state, step, sender, socket, deadlines, release } = this.#options;
    const before = state();
    if (before.kind !== 'answering' && before.kind !== 'paused') return;
    const { receiver } = before.attempt;
    const after = step({ kind: 'end', clean, unsent: sender.isSending, closed: socket.readableEnded });
    if (before.kind === 'paused') socket.resume();
    if (after.kind === 'answered') {
      deadlines.clear();
      return receiver.end(trailers);
    }
    release();
    receiver.end(trailers);
    receiver.done();
  }

  switched(head: ResponseHead, rest: Buffer): void {
    const { state, step, sender, socket, deadlines, reads } = this.#options;
    const attempt = attemptOf(state());
    if (attempt === undefined) return;
    // RFC 9110 §7.8: the other protocol begins behind the whole request.
    if (sender.isSending) return this.fault('101 before the end of the request body');
    deadlines.clear();
    sender.stop();
    step(LOST);
    reads.handOver(socket, rest);
    attempt.receiver.upgraded(head, socket);
  }

  fault(reason: string): void {
    this.#options.fail(new BadAnswerError(reason));
  }
}
