import type { Duplex } from 'node:stream';
import { createAcknowledgementClock, type AcknowledgementClock } from '@rollcall/service-kit';
import { fitFraming } from '../headers/framing-fields';
import type { HeaderList } from '../headers/header-list';
import { passResponseHeaders } from '../headers/response-passes';
import { passTrailers } from '../headers/trailers';
import type { PolicyDecisions } from '../policies/policy-decisions';
import type { Caller } from '../ports/caller';
import type { Attempt, AttemptFailure, ResponseHead, ResponseReceiver } from '../ports/transport';
import type { WriteRound } from '../ports/write-round';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';

/** How an attempt went, as far as another one may still be made. */
export type AttemptResult = InstanceAnswer | AttemptFailure;

/** An answer that has begun. */
export interface InstanceAnswer {
  readonly outcome: 'response';
  readonly head: ResponseHead;
  /** Name, value, name, value … as they came; none until the answer is whole. */
  readonly trailers: readonly string[];
}

export interface ResponseRelayOptions {
  readonly caller: Caller;
  readonly decisions: PolicyDecisions | undefined;
  readonly upstream: Upstream;
  /** How long the caller may take nothing of the answer. */
  readonly idleTimeoutMs: number;
  readonly writes: WriteRound;
  /** The instance has switched protocols. */
  readonly onUpgrade: (head: ResponseHead, socket: Duplex) => void;
  /**
   * The attempt is over, its answer's body included.
   *
   * @param status of the answer, when one has begun
   */
  readonly onFinished: (status: number | undefined, failure: AttemptFailure | undefined) => void;
}

/** Carries one attempt's answer to the caller, at the caller's pace. */
export interface ResponseRelay extends ResponseReceiver {
  /** Settled when the answer has begun, or will not. */
  readonly result: Promise<AttemptResult>;
  /** The attempt that this relay listens to. */
  attached(attempt: Attempt): void;
}

const NO_TRAILERS: readonly string[] = [];

export function createResponseRelay(options: ResponseRelayOptions): ResponseRelay {
  return new Relay(options);
}

// A class, because one is made for every attempt.
class Relay implements ResponseRelay {
  readonly result: Promise<AttemptResult>;
  #settle: (result: AttemptResult) => void = () => undefined;
  #attempt: Attempt | undefined;
  /** Of the answer, once it has begun. */
  #head: ResponseHead | undefined;
  #answer: { trailers: readonly string[] } | undefined;
  #flushed = false;
  #paused = false;
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
    this.options.caller.onGone(() => attempt.abort());
  }

  /** For answers whose body keeps callers waiting (server-sent events); otherwise the head goes out with the body. */
  flush(): void {
    if (this.#head === undefined || this.#flushed || this.#ending) return;
    this.#flushed = true;
    this.options.caller.flush();
  }

  informational(head: ResponseHead): void {
    if (head.status === 103)
      this.options.caller.informational(head.status, head.statusText, this.#passed(head));
  }

  response(head: ResponseHead): void {
    const headers = this.#passed(head);
    // Throws for what may not go out; the transport then ends the attempt.
    this.options.caller.respond(head.status, head.statusText, headers);
    this.#head = head;
    this.#left = Number(headers.get('content-length') ?? Infinity);
    const answer = { outcome: 'response' as const, head, trailers: NO_TRAILERS };
    this.#answer = answer;
    this.#settle(answer);
  }

  data(chunk: Buffer, release: () => void): boolean {
    const { caller, writes } = this.options;
    this.#left -= chunk.length;
    if (this.#left === 0 && !caller.endWaitsForBody && !caller.mayHaveTrailers) {
      this.#ending = true;
      writes.add(() => {
        caller.endWith(chunk, release);
        this.#awaitRest();
      });
      return true;
    }
    // The head goes out with it. To flush it again would hold back what comes next until the next tick.
    this.#flushed = true;
    return caller.write(chunk, release) || this.#pause();
  }

  end(trailers: readonly string[]): void {
    const { caller } = this.options;
    this.#unread?.stop();
    if (this.#answer !== undefined) this.#answer.trailers = trailers;
    if (this.#ending || caller.ended) return;
    const head = this.#head;
    if (trailers.length > 0 && head !== undefined)
      caller.trailers(passTrailers(trailers, head.headers, (fields) => this.#edit(fields, head)));
    // Of an answer with a length the caller has everything by then.
    if (!caller.endWaitsForBody) this.#end();
  }

  done(): void {
    if (!this.#ending && !this.options.caller.ended) this.#end();
    this.options.onFinished(this.#head?.status, undefined);
  }

  #end(): void {
    this.options.caller.end();
    this.#awaitRest();
  }

  upgraded(head: ResponseHead, socket: Duplex): void {
    this.#head = head;
    this.#settle({ outcome: 'response', head, trailers: NO_TRAILERS });
    socket.once('close', () => this.options.onFinished(head.status, undefined));
    this.options.onUpgrade(head, socket);
  }

  failed(failure: AttemptFailure): void {
    this.#unread?.stop();
    this.#settle(failure);
    if (this.#head !== undefined) this.options.caller.reset('cut', attemptError(failure));
    this.options.onFinished(this.#head?.status, failure);
  }

  /** The fields that the caller gets. */
  #passed(head: ResponseHead): HeaderList {
    const { method, facts } = this.options.caller;
    const headers = head.headers.copy();
    this.#edit(headers, head);
    fitFraming(headers, { status: head.status, method, httpVersion: facts.httpVersion });
    return headers;
  }

  #edit(headers: HeaderList, { httpVersion }: Pick<ResponseHead, 'httpVersion'>): void {
    const { caller, decisions, upstream } = this.options;
    passResponseHeaders(headers, caller.facts, httpVersion);
    if (decisions !== undefined) for (const edit of decisions.responseEdits) edit(headers, upstream);
  }

  #pause(): false {
    if (this.#paused) return false;
    this.#paused = true;
    this.#awaitCaller();
    this.options.caller.onDrain(() => {
      this.#paused = false;
      this.#unread?.stop();
      this.#attempt?.resume();
    });
    return false;
  }

  /** The instance has sent everything; a caller that takes no more of it must not keep it for ever. */
  #awaitRest(): void {
    const { caller } = this.options;
    if (!caller.hasUnsent) return;
    this.#awaitCaller();
    void caller.whenClosed().then(() => this.#unread?.stop());
  }

  #awaitCaller(): void {
    const { caller, idleTimeoutMs } = this.options;
    this.#unread ??= createAcknowledgementClock({
      idleMs: idleTimeoutMs,
      unacknowledged: () => caller.unacknowledged(),
      onIdle: () => caller.reset('gone'),
    });
    this.#unread.start();
  }
}
