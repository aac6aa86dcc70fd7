import type { Deadline } from './deadline';
import type { RetryBudget } from './retry-budget';
import {
  decideRetry,
  wasNeverSent,
  type OtherCandidate,
  type RetryRefusal,
  type SendOutcome,
} from './retry-decision';

/** An instance that was not tried yet: one that is picked from anyhow, or one that is left out and would be a last resort. */
export type OtherPick<U> =
  | { readonly kind: Exclude<OtherCandidate, 'none'>; readonly upstream: U }
  | { readonly kind: 'none'; readonly upstream?: undefined };

/** Where a series finds its next instance. Asked only after an attempt has failed, or may have to be given up early. */
export interface OtherUpstreams<U> {
  pickOther(tried: readonly U[], now: number): OtherPick<U>;
  hasOther(tried: readonly U[], now: number): boolean;
}

export interface AttemptSeriesOptions<U> {
  readonly others: OtherUpstreams<U>;
  /** The service's; `undefined` where nothing is left to retry on. */
  readonly budget: RetryBudget | undefined;
  readonly deadline: Deadline;
  /** How many attempts may be sent, the first one included; 1 never retries. */
  readonly maxAttempts: number;
  /** Whether the request may be applied twice. */
  readonly idempotent: boolean;
}

/** An attempt that was not answered, or declined. */
export interface FailedSend {
  readonly outcome: Exclude<SendOutcome, 'response'>;
  readonly socketReused: boolean;
  /** The body can be sent again from its first byte. */
  readonly bodyReplayable: boolean;
}

export type NextAttempt<U> =
  | { readonly on: U; readonly refuse?: undefined }
  | { readonly refuse: RetryRefusal; readonly on?: undefined };

/**
 * The attempts of one request, one after another: which instances were tried, how many attempts may have been seen, and
 * whether and where there is another. It sends nothing, and reads no clock: `now` is milliseconds, monotonic.
 */
export interface AttemptSeries<U> {
  /** Attempts made so far. */
  readonly attempts: number;
  /** An attempt is about to be made; every one is told, before it is sent. */
  begin(upstream: U): void;
  /**
   * How long the attempt just begun may take until its answer begins, milliseconds. A process that is frozen accepts
   * connections and never answers, so an attempt is given up early, but only where another instance can be asked
   * instead: a slow answer is better than none.
   *
   * @param replayable whether all of the request could be sent once more, whatever becomes of this attempt
   */
  patienceMs(attemptTimeoutMs: number, replayable: boolean, now: number): number;
  /** The attempt just begun has failed. */
  next(failed: FailedSend, now: number): NextAttempt<U>;
}

/** Counts the request in its budget, too. */
export function createAttemptSeries<U>(options: AttemptSeriesOptions<U>, now: number): AttemptSeries<U> {
  options.budget?.request(now);
  return new Series(options);
}

// A class, because one is made for every request.
class Series<U> implements AttemptSeries<U> {
  attempts = 0;
  readonly #options: AttemptSeriesOptions<U>;
  #current: U | undefined;
  #tried: readonly U[] = [];
  /** Those that an instance may have seen. */
  #sent = 0;

  constructor(options: AttemptSeriesOptions<U>) {
    this.#options = options;
  }

  begin(upstream: U): void {
    this.attempts += 1;
    this.#current = upstream;
  }

  patienceMs(attemptTimeoutMs: number, replayable: boolean, now: number): number {
    const remainingMs = this.#options.deadline.remaining(now);
    const patience =
      attemptTimeoutMs < remainingMs && this.#couldBeRepeated(replayable, now)
        ? attemptTimeoutMs
        : remainingMs;
    return Math.max(1, Math.ceil(patience));
  }

  #couldBeRepeated(replayable: boolean, now: number): boolean {
    const { others, budget, idempotent, maxAttempts } = this.#options;
    return (
      idempotent &&
      replayable &&
      this.#sent + 1 < maxAttempts &&
      (budget?.hasLeft(now) ?? false) &&
      others.hasOther(this.#triedWithCurrent(), now)
    );
  }

  next(failed: FailedSend, now: number): NextAttempt<U> {
    const { others, budget, deadline, maxAttempts, idempotent } = this.#options;
    const current = this.#current;
    this.#tried = this.#triedWithCurrent();
    if (!wasNeverSent(failed.outcome)) this.#sent += 1;
    const other = others.pickOther(this.#tried, now);
    const decision = decideRetry({
      ...failed,
      idempotent,
      attempts: this.attempts,
      attemptsSent: this.#sent,
      maxAttempts,
      timeLeft: !deadline.hasPassed(now),
      budgetLeft: budget?.hasLeft(now) ?? false,
      other: other.kind,
    });
    if (!decision.retry) return { refuse: decision.why };
    const on = decision.on === 'same' ? current : other.upstream;
    if (on === undefined) return { refuse: 'no-candidate' };
    if (decision.spendsBudget) budget?.spend(now);
    return { on };
  }

  #triedWithCurrent(): readonly U[] {
    const current = this.#current;
    return current === undefined || this.#tried.includes(current) ? this.#tried : [...this.#tried, current];
  }
}
