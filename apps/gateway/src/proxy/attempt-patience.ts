export interface AttemptFacts {
  /** Milliseconds left for an answer to begin in, all attempts together. */
  readonly remainingMs: number;
  /** Milliseconds that the route gives one attempt. */
  readonly attemptTimeoutMs: number;
  /** Whether the request may be applied twice, can be sent again from its first byte, and there is budget for it. */
  readonly repeatable: () => boolean;
  /** Which attempt this is, from 1, and how many there may be. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Whether an instance that was not tried yet would be left. */
  readonly otherCandidate: () => boolean;
}

/**
 * How long an attempt's answer may take to begin, milliseconds. A process that is frozen takes connections and never
 * answers, so its share of the requests would hang for all the time there is. Only where another instance can be asked
 * instead is an attempt given up early: a slow answer is better than none.
 */
export function attemptPatience(facts: AttemptFacts): number {
  const { remainingMs, attemptTimeoutMs, repeatable, attempt, maxAttempts, otherCandidate } = facts;
  const last =
    attemptTimeoutMs >= remainingMs || !repeatable() || attempt >= maxAttempts || !otherCandidate();
  return Math.max(1, Math.ceil(last ? remainingMs : attemptTimeoutMs));
}
