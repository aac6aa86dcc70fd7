import { createDeadline, decideRetry, isIdempotentMethod, type RetryBudget } from '@rollcall/load-balancing';
import type { OutlierTransition } from '@rollcall/load-balancing';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';
import { attemptPatience } from './attempt-patience';
import type { Exchange } from './exchange';
import { gatewayError } from '../errors';
import { hasBody } from './request-body';
import type { AttemptResult } from './response-relay';
import { sendAttempt } from './send-attempt';
import type { Tunnels } from './tunnels';

export interface ProxyOptions {
  /** The destination of a request once it has one; what was answered instead is `undefined`. */
  readonly findDestination: (
    exchange: Exchange,
  ) => Destination | undefined | Promise<Destination | undefined>;
  readonly budget: RetryBudget;
  readonly tunnels: Tunnels;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onAttempt: (attempt: AttemptReport) => void;
}

export interface AttemptReport {
  readonly exchange: Exchange;
  readonly upstream: Upstream;
  readonly result: AttemptResult;
  readonly transition: OutlierTransition | undefined;
}

/** Answers a request by the instances of its route: one attempt after another until one answers or none is left. */
export function createProxy(options: ProxyOptions): (exchange: Exchange) => Promise<void> {
  const { findDestination, budget, tunnels, now, onAttempt } = options;

  return async (exchange) => {
    const destination = await findDestination(exchange);
    if (destination === undefined) return;
    exchange.destination = destination;
    const { headersTimeoutMs, attemptTimeoutMs, maxAttempts } = destination.policy;
    const idempotent = isIdempotentMethod(exchange.method);
    const repeatable = idempotent && !hasBody(exchange.req);
    const deadline = createDeadline(now(), headersTimeoutMs);
    const tried = new Set<Upstream>();
    budget.request(now());

    let upstream = destination.pick(tried, now());
    let freshSocket = false;
    const otherCandidate = () =>
      destination.candidates(now()).some((candidate) => candidate !== upstream && !tried.has(candidate));
    while (upstream !== undefined) {
      exchange.upstream = upstream;
      exchange.attempts += 1;
      const admission = upstream.admit(now());
      const result = await sendAttempt({
        exchange,
        destination,
        upstream,
        freshSocket,
        headersTimeoutMs: attemptPatience({
          remainingMs: deadline.remaining(now()),
          attemptTimeoutMs,
          // What could not be repeated for want of budget is better answered late than not at all.
          repeatable: repeatable && budget.hasLeft(now()),
          attempt: exchange.attempts,
          maxAttempts,
          otherCandidate,
        }),
        tunnels,
      });

      const ended = now();
      const outcome = result.outcome === 'unsendable' ? 'downstream-aborted' : result.outcome;
      const transition = upstream.record(admission, outcome, ended);
      onAttempt({ exchange, upstream, result, transition });
      if (result.outcome === 'response') return;

      tried.add(upstream);
      const another = destination.pick(tried, ended);
      const decision = decideRetry({
        outcome,
        idempotent,
        bodyReplayable: !exchange.bodyTaken,
        attempt: exchange.attempts,
        maxAttempts,
        timeLeft: !deadline.hasPassed(ended),
        budgetLeft: budget.hasLeft(ended),
        otherCandidate: another !== undefined,
        socketReused: result.socketReused,
      });
      if (!decision.retry) return exchange.fail(attemptError(result));
      if (decision.spendsBudget) budget.spend(ended);
      freshSocket = decision.on === 'same';
      upstream = decision.on === 'same' ? upstream : another;
    }
    exchange.fail(gatewayError('NO_INSTANCE'));
  };
}
