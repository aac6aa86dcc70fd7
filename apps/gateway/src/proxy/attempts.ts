import { createAttemptSeries, createDeadline, type OutlierTransition } from '@rollcall/load-balancing';
import type { AppError, TraceContext } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import type { Caller } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';
import type { WriteRound } from '../ports/write-round';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';
import { bodyToKeep, keepBody } from './keep-body';
import { isRepeatable } from './repeatable';
import type { AttemptResult } from './response-relay';
import type { Mirrors } from './mirrors';
import type { RequestSpans } from './request-spans';
import type { RoutedRequest } from './route-request';
import { sendAttempt } from './send-attempt';
import type { Tunnels } from './tunnels';

export interface AttemptsOptions {
  readonly tunnels: Tunnels;
  readonly mirrors: Pick<Mirrors, 'choose' | 'copy'>;
  readonly writes: WriteRound;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onAttempt: (attempt: AttemptReport) => void;
}

/** One attempt, as soon as its answer has begun or it has failed. Times are milliseconds, monotonic. */
export interface AttemptReport {
  readonly caller: Caller;
  readonly upstream: Upstream;
  readonly result: AttemptResult;
  readonly transition: OutlierTransition | undefined;
  readonly begunAt: number;
  readonly endedAt: number;
  /** Where its request is recorded; `undefined` where it is not. */
  readonly recorded: TraceContext | undefined;
}

/** What the attempts at the instances of a route have come to; `upstream` is the last one that was asked. */
export type Attempted =
  /** Its answer has begun, and is being relayed. */
  | {
      readonly kind: 'answered';
      readonly head: ResponseHead;
      readonly upstream: Upstream;
      readonly count: number;
    }
  | {
      readonly kind: 'failed';
      readonly error: AppError;
      readonly upstream: Upstream | undefined;
      readonly count: number;
    }
  /** The request's body did not come whole, and the caller was told so if it was still there. */
  | { readonly kind: 'body-missing'; readonly upstream?: undefined; readonly count: 0 };

/** Asks the instances of a request's route, one after another, until one answers or none is left. */
export function createAttempts({ tunnels, mirrors, writes, now, onAttempt }: AttemptsOptions) {
  return async (
    caller: Caller,
    routed: RoutedRequest,
    spans: RequestSpans | undefined,
  ): Promise<Attempted> => {
    const startedAt = now();
    const { destination, decisions } = routed;
    const { policy, serviceUpstreams } = destination;
    const { idleTimeoutMs, headersTimeoutMs, attemptTimeoutMs, maxAttempts } = policy;
    if (serviceUpstreams !== undefined && serviceUpstreams.inFlight >= (policy.maxInFlight ?? Infinity))
      return failed(gatewayError('SERVICE_OVERLOADED', { headers: { 'Retry-After': '1' } }), undefined, 0);
    let mirror = policy.mirror === undefined ? undefined : mirrors.choose(caller, policy);
    const body = bodyToKeep(caller, policy, mirror?.bodyBytes ?? 0);
    const maxBytes = decisions?.maxBodyBytes ?? Infinity;
    const keptBody =
      body === undefined ? undefined : await keepBody(caller, body, { idleTimeoutMs, maxBytes });
    if (body !== undefined && keptBody === undefined) return { kind: 'body-missing', count: 0 };
    const isKept = caller.body === null || keptBody !== undefined;
    const readyAt = keptBody === undefined ? startedAt : now();
    const series = createAttemptSeries<Upstream>(
      {
        others: destination,
        budget: serviceUpstreams?.budget,
        deadline: createDeadline(readyAt, headersTimeoutMs),
        maxAttempts,
        idempotent: isRepeatable(caller, policy),
      },
      startedAt,
    );

    const recorded = spans === undefined ? undefined : caller.facts.trace;
    let upstream = destination.pick(caller, startedAt);
    let begunAt = readyAt;
    while (upstream !== undefined) {
      series.begin(upstream);
      const hostAttempt = upstream.begin(begunAt);
      const sent = sendAttempt({
        caller,
        routed,
        keptBody,
        upstream,
        hostAttempt,
        span: spans?.attempt(upstream, policy, series.attempts - 1),
        // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
        freshSocket: series.attempts > 1,
        headersTimeoutMs: series.patienceMs(attemptTimeoutMs, isKept, begunAt),
        tunnels,
        writes,
      });
      // Behind the original, which is not to wait for it.
      if (mirror !== undefined) mirrors.copy(caller, routed, mirror, keptBody);
      mirror = undefined;
      const result = await sent;

      const endedAt = now();
      if (result.outcome === 'response') {
        const { head } = result;
        const how = { outcome: 'response', status: head.status, resent: series.attempts > 1 } as const;
        const transition = hostAttempt.end(how, endedAt);
        onAttempt({ caller, upstream, result, transition, begunAt, endedAt, recorded });
        return { kind: 'answered', head, upstream, count: series.attempts };
      }
      // A request that cannot be sent to any instance says nothing about this one.
      const outcome = result.outcome === 'unsendable' ? 'downstream-aborted' : result.outcome;
      const { socketReused } = result;
      const transition = hostAttempt.end({ outcome, socketReused, resent: series.attempts > 1 }, endedAt);
      onAttempt({ caller, upstream, result, transition, begunAt, endedAt, recorded });

      const bodyReplayable = isKept || caller.body?.taken !== true;
      const next = series.next({ outcome, socketReused, bodyReplayable }, endedAt);
      if (next.on === undefined) return failed(attemptError(result), upstream, series.attempts);
      upstream = next.on;
      begunAt = endedAt;
    }
    return failed(gatewayError('NO_INSTANCE'), upstream, series.attempts);
  };
}

function failed(error: AppError, upstream: Upstream | undefined, count: number): Attempted {
  return { kind: 'failed', error, upstream, count };
}
