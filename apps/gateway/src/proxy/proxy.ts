import {
  attemptVerdict,
  createDeadline,
  decideRetry,
  type OutlierTransition,
} from '@rollcall/load-balancing';
import type { WriteRound } from '../ports/write-round';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';
import { attemptPatience } from './attempt-patience';
import type { Exchange } from './exchange';
import { gatewayError } from '../errors';
import type { AttemptResult } from './response-relay';
import { isWorthKeeping, keepBody } from './keep-body';
import { isRepeatable, isReplayable } from './repeatable';
import { sendAttempt } from './send-attempt';
import type { Tunnels } from './tunnels';

export interface ProxyOptions {
  /** The destination of a request once it has one; what was answered instead is `undefined`. */
  readonly findDestination: (
    exchange: Exchange,
  ) => Destination | undefined | Promise<Destination | undefined>;
  readonly tunnels: Tunnels;
  readonly writes: WriteRound;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onAttempt: (attempt: AttemptReport) => void;
  /** The request's service has as much under way as its route allows. */
  readonly onTurnedAway: (exchange: Exchange) => void;
}

export interface AttemptReport {
  readonly exchange: Exchange;
  readonly upstream: Upstream;
  readonly result: AttemptResult;
  readonly transition: OutlierTransition | undefined;
}

const NOBODY: readonly Upstream[] = [];

/** Answers a request by the instances of its route: one attempt after another until one answers or none is left. */
export function createProxy(options: ProxyOptions): (exchange: Exchange) => Promise<void> {
  const { findDestination, tunnels, writes, now, onAttempt, onTurnedAway } = options;

  return async (exchange) => {
    const found = findDestination(exchange);
    const destination = found instanceof Promise ? await found : found;
    if (destination === undefined) return;
    exchange.destination = destination;
    const startedAt = now();
    const { policy, group } = destination;
    if (group !== undefined && group.inFlight >= (policy.maxInFlight ?? Infinity)) {
      onTurnedAway(exchange);
      return exchange.fail(gatewayError('SERVICE_OVERLOADED', { headers: { 'Retry-After': '1' } }));
    }
    if (isWorthKeeping(exchange, policy) && !(await keepBody(exchange, policy.idleTimeoutMs))) return;
    const { headersTimeoutMs, attemptTimeoutMs, maxAttempts } = policy;
    const deadline = createDeadline(now(), headersTimeoutMs);
    const budget = group?.budget;
    const idempotent = isRepeatable(exchange, policy);
    budget?.request(startedAt);

    let tried = NOBODY;
    let attemptsSent = 0;
    let upstream = destination.pick(exchange, startedAt);
    while (upstream !== undefined) {
      const begunAt = now();
      const asked = upstream;
      exchange.upstream = upstream;
      exchange.attempts += 1;
      const admission = upstream.admit(begunAt);
      const result = await sendAttempt({
        exchange,
        destination,
        upstream,
        // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
        freshSocket: exchange.attempts > 1,
        headersTimeoutMs: attemptPatience({
          remainingMs: deadline.remaining(begunAt),
          attemptTimeoutMs,
          // What could not be repeated for want of budget is better answered late than not at all.
          repeatable: () => idempotent && isReplayable(exchange) && (budget?.hasLeft(begunAt) ?? false),
          attempt: attemptsSent + 1,
          maxAttempts,
          otherCandidate: () => destination.hasOther([...tried, asked], begunAt),
        }),
        tunnels,
        writes,
      });

      const endedAt = now();
      const outcome = result.outcome === 'unsendable' ? 'downstream-aborted' : result.outcome;
      const socketReused = result.outcome !== 'response' && result.socketReused;
      const verdict = attemptVerdict(outcome, exchange.res.statusCode, socketReused);
      const transition = upstream.record(admission, outcome, verdict, endedAt);
      upstream.observe(verdict, endedAt - begunAt, endedAt);
      onAttempt({ exchange, upstream, result, transition });
      if (result.outcome === 'response') return;

      tried = [...tried, upstream];
      if (verdict !== 'not-connected') attemptsSent += 1;
      const other = destination.pickOther(tried, endedAt);
      const decision = decideRetry({
        outcome,
        idempotent,
        bodyReplayable: !exchange.bodyTaken,
        attempts: exchange.attempts,
        attemptsSent,
        maxAttempts,
        timeLeft: !deadline.hasPassed(endedAt),
        budgetLeft: budget?.hasLeft(endedAt) ?? false,
        other: other.kind,
        socketReused,
      });
      if (!decision.retry) return exchange.fail(attemptError(result));
      if (decision.spendsBudget) budget?.spend(endedAt);
      if (decision.on === 'another') upstream = other.upstream;
    }
    exchange.fail(gatewayError('NO_INSTANCE'));
  };
}
