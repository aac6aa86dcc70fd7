import { wasNotProcessed, type Outcome } from '../health/outcome';

/**
 * How an attempt ended, to whom decides on another one. `declined`: it was answered, and by its status the service cannot
 * take the request now; where whoever sends it has the service's word that such a request has had no effect.
 */
export type SendOutcome = Outcome | 'declined';

/** Everything that decides on another attempt. */
export interface FailedAttempt {
  readonly outcome: SendOutcome;
  /** The request may be applied twice: by its method, or because it carries a key that makes it so. */
  readonly idempotent: boolean;
  /** The body can be sent again from its first byte: there is none, or none of it has been taken yet. */
  readonly bodyReplayable: boolean;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  /** Those of them that may have been seen by an instance. */
  readonly attemptsSent: number;
  /** How many may be sent, the first one included; 1 never retries, not even what was never sent. */
  readonly maxAttempts: number;
  /** Whether there is still time for the answer to begin. */
  readonly timeLeft: boolean;
  /** Whether the retry budget would bear one more. */
  readonly budgetLeft: boolean;
  /**
   * The best other instance that was not tried yet: one that is picked from anyhow, or one that is left out at present
   * and would be a last resort.
   */
  readonly other: OtherCandidate;
  /** Whether the connection had carried a request before: then it may have been closing under us as it was used. */
  readonly socketReused: boolean;
}

export type OtherCandidate = 'available' | 'last-resort' | 'none';

export type RetryDecision =
  | { readonly retry: true; readonly on: 'another' | 'same'; readonly spendsBudget: boolean }
  | { readonly retry: false; readonly why: RetryRefusal };

export type RetryRefusal =
  | 'not-retryable'
  | 'body-taken'
  | 'not-idempotent'
  | 'attempts-spent'
  | 'no-time-left'
  | 'budget-spent'
  | 'no-candidate';

/** However many were never sent: somebody waits for each of them to fail. */
const MOST_ATTEMPTS = 10;

const AFTER_SENDING: ReadonlySet<SendOutcome> = new Set([
  'declined',
  'reset-before-response',
  'bad-response',
  'headers-timeout',
]);

/**
 * What no instance has begun with may be sent elsewhere, whatever its method. What was sent may be sent again only when that does no
 * harm: doubling a POST is worse than failing it. What has begun to be answered is never sent again.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const { outcome } = failed;
  const neverSent = wasNeverSent(outcome);
  if (!neverSent && !AFTER_SENDING.has(outcome)) return refusal('not-retryable');
  if (!failed.bodyReplayable) return refusal('body-taken');
  if (!neverSent && !failed.idempotent && outcome !== 'declined') return refusal('not-idempotent');
  if (areSpent(failed, neverSent)) return refusal('attempts-spent');
  if (!failed.timeLeft) return refusal('no-time-left');
  if (!neverSent && !failed.budgetLeft) return refusal('budget-spent');
  const another = { retry: true, on: 'another', spendsBudget: !neverSent } as const;
  if (failed.other === 'available') return another;
  // The keep-alive race (nodejs/node#20256): the instance closed an idle socket as we wrote to it.
  if (outcome === 'reset-before-response' && failed.socketReused)
    return { retry: true, on: 'same', spendsBudget: true };
  // It has ended the connection (HTTP/2's GOAWAY, which servers send every few minutes) or lacks room on it: another one
  // leads to the same instance.
  if (outcome === 'unprocessed') return { retry: true, on: 'same', spendsBudget: false };
  return failed.other === 'last-resort' ? another : refusal('no-candidate');
}

/**
 * A refused connection costs next to nothing and harms nobody, so it does not count: when most of a service has just
 * been killed, who lives may be the fifth that is asked.
 */
function areSpent({ attempts, attemptsSent, maxAttempts }: FailedAttempt, neverSent: boolean): boolean {
  if (maxAttempts === 1 || attempts >= MOST_ATTEMPTS) return true;
  return !neverSent && attemptsSent >= maxAttempts;
}

/** Of a declined request an instance has had a look, so it counts among those that were sent. */
export function wasNeverSent(outcome: SendOutcome): boolean {
  return outcome !== 'declined' && wasNotProcessed(outcome);
}

function refusal(why: RetryRefusal): RetryDecision {
  return { retry: false, why };
}

// RFC 9110 §9.2.2. TRACE and CONNECT are left out: neither is ever forwarded.
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether doing it twice is the same as doing it once, so that it may be sent again after bytes went out. */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method);
}
