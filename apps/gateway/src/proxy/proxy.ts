import { createAttemptSeries, createDeadline, type OutlierTransition } from '@rollcall/load-balancing';
import type { SendQueue } from '@rollcall/service-kit';
import type { WriteRound } from '../ports/write-round';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';
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
  readonly sendQueue: SendQueue;
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
  /** Until its answer began, or it failed. */
  readonly durationMs: number;
}

/** Answers a request by the instances of its route: one attempt after another until one answers or none is left. */
export function createProxy(options: ProxyOptions): (exchange: Exchange) => Promise<void> {
  const { findDestination, tunnels, writes, sendQueue, now, onAttempt, onTurnedAway } = options;

  return async (exchange) => {
    const found = findDestination(exchange);
    const destination = found instanceof Promise ? await found : found;
    if (destination === undefined) return;
    exchange.destination = destination;
    const startedAt = now();
    const { policy, serviceUpstreams } = destination;
    if (serviceUpstreams !== undefined && serviceUpstreams.inFlight >= (policy.maxInFlight ?? Infinity)) {
      onTurnedAway(exchange);
      return exchange.fail(gatewayError('SERVICE_OVERLOADED', { headers: { 'Retry-After': '1' } }));
    }
    if (isWorthKeeping(exchange, policy) && !(await keepBody(exchange, policy.idleTimeoutMs))) return;
    const { headersTimeoutMs, attemptTimeoutMs, maxAttempts } = policy;
    const series = createAttemptSeries<Upstream>(
      {
        others: destination,
        budget: serviceUpstreams?.budget,
        deadline: createDeadline(now(), headersTimeoutMs),
        maxAttempts,
        idempotent: isRepeatable(exchange, policy),
      },
      startedAt,
    );

    let upstream = destination.pick(exchange, startedAt);
    while (upstream !== undefined) {
      const begunAt = now();
      series.begin(upstream);
      exchange.upstream = upstream;
      exchange.attempts = series.attempts;
      const hostAttempt = upstream.begin(begunAt);
      const result = await sendAttempt({
        exchange,
        destination,
        upstream,
        hostAttempt,
        // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
        freshSocket: series.attempts > 1,
        headersTimeoutMs: series.patienceMs(attemptTimeoutMs, isReplayable(exchange), begunAt),
        tunnels,
        writes,
        sendQueue,
      });

      const endedAt = now();
      if (result.outcome === 'response') {
        const { statusCode } = exchange.res;
        const transition = hostAttempt.end({ outcome: 'response', status: statusCode }, endedAt);
        return onAttempt({ exchange, upstream, result, transition, durationMs: endedAt - begunAt });
      }
      // What cannot be sent to anybody says nothing of this instance.
      const outcome = result.outcome === 'unsendable' ? 'downstream-aborted' : result.outcome;
      const { socketReused } = result;
      const transition = hostAttempt.end({ outcome, socketReused }, endedAt);
      onAttempt({ exchange, upstream, result, transition, durationMs: endedAt - begunAt });

      const next = series.next({ outcome, socketReused, bodyReplayable: !exchange.bodyTaken }, endedAt);
      if (next.on === undefined) return exchange.fail(attemptError(result));
      upstream = next.on;
    }
    exchange.fail(gatewayError('NO_INSTANCE'));
  };
}
