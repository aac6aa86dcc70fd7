import { isConnectFailure, type Outcome } from './outcome';

/** Everything that decides on another attempt. */
export interface FailedAttempt {
  readonly outcome: Outcome;
  /** The request may be applied twice: by its method, or because it carries a key that makes it so. */
  readonly idempotent: boolean;
  /** The body can be sent again from its first byte: there is none, or none of it has been taken yet. */
  readonly bodyReplayable: boolean;
  /** Which attempt this was, from 1. */
  readonly attempt: number;
  /** Attempts allowed altogether, the first one included. */
  readonly maxAttempts: number;
  /** Whether there is still time for the answer to begin. */
  readonly timeLeft: boolean;
  /** Whether the retry budget would bear one more. */
  readonly budgetLeft: boolean;
  /** Whether another instance, not tried yet, may be picked. */
  readonly otherCandidate: boolean;
  /** Whether the connection had carried a request before: then it may have been closing under us as it was used. */
  readonly socketReused: boolean;
}

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

const AFTER_SENDING: ReadonlySet<Outcome> = new Set([
  'reset-before-response',
  'bad-response',
  'headers-timeout',
]);

/**
 * What was never sent may be sent elsewhere, whatever its method. What was sent may be sent again only when that does no
 * harm: doubling a POST is worse than failing it. What has begun to be answered is never sent again.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const neverSent = isConnectFailure(failed.outcome);
  if (!neverSent && !AFTER_SENDING.has(failed.outcome)) return refusal('not-retryable');
  if (!failed.bodyReplayable) return refusal('body-taken');
  if (!neverSent && !failed.idempotent) return refusal('not-idempotent');
  if (failed.attempt >= failed.maxAttempts) return refusal('attempts-spent');
  if (!failed.timeLeft) return refusal('no-time-left');
  if (!neverSent && !failed.budgetLeft) return refusal('budget-spent');
  if (failed.otherCandidate) return { retry: true, on: 'another', spendsBudget: !neverSent };
  // The keep-alive race (nodejs/node#20256): the instance closed an idle socket as we wrote to it.
  return failed.outcome === 'reset-before-response' && failed.socketReused
    ? { retry: true, on: 'same', spendsBudget: true }
    : refusal('no-candidate');
}

function refusal(why: RetryRefusal): RetryDecision {
  return { retry: false, why };
}
