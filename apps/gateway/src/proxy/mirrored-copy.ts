import type { Duplex } from 'node:stream';
import type { HostAttempt } from '@rollcall/load-balancing';
import type { Attempt, AttemptFailure, ResponseHead, ResponseReceiver } from '../ports/transport';

/** What became of a copy; of all but the first nobody at the other service has an answer. */
export type CopyResult =
  | 'answered'
  /** The body was not kept whole: too long, or of unknown length. */
  | 'body_not_kept'
  /** `max_in_flight` copies are under way. */
  | 'overflow'
  | 'no_instance'
  /** Not sent, or broken off. */
  | 'failed'
  | 'timed_out'
  /** The gateway is being drained. */
  | 'drained';

/** One copy on its way: its answer is read and dropped. A class, as one is made for every copy. */
export class MirroredCopy implements ResponseReceiver {
  readonly #timer: NodeJS.Timeout;
  #attempt: Attempt | undefined;
  #isAnswered = false;
  /** Why it was cut by us. */
  #cut: CopyResult | undefined;

  constructor(
    readonly hostAttempt: HostAttempt,
    readonly now: () => number,
    /** For all of it: an answer that never ends would keep its place. */
    timeoutMs: number,
    readonly onOver: (result: CopyResult) => void,
  ) {
    this.#timer = setTimeout(() => this.cut('timed_out'), timeoutMs).unref();
  }

  attached(attempt: Attempt): void {
    this.#attempt = attempt;
  }

  cut(why: CopyResult): void {
    this.#cut ??= why;
    this.#attempt?.abort();
  }

  informational(): void {
    // Nobody waits for it.
  }

  response({ status }: ResponseHead): void {
    this.#isAnswered = true;
    this.hostAttempt.end({ outcome: 'response', status }, this.now());
  }

  data(_chunk: Buffer, release: () => void): boolean {
    release();
    return true;
  }

  flush(): void {
    // Nobody waits for it.
  }

  end(): void {
    // `done` follows.
  }

  done(): void {
    this.#over('answered');
  }

  upgraded(head: ResponseHead, socket: Duplex): void {
    this.response(head);
    socket.destroy();
    this.#over('failed');
  }

  failed({ outcome, socketReused }: AttemptFailure): void {
    // A request that cannot be sent to any instance says nothing about this one.
    const seen = outcome === 'unsendable' ? 'downstream-aborted' : outcome;
    if (!this.#isAnswered) this.hostAttempt.end({ outcome: seen, socketReused }, this.now());
    this.#over(this.#cut ?? (outcome.endsWith('-timeout') ? 'timed_out' : 'failed'));
  }

  #over(result: CopyResult): void {
    clearTimeout(this.#timer);
    this.hostAttempt.release();
    this.onOver(result);
  }
}
