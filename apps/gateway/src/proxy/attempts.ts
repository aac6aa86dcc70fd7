import { createAttemptSeries, createDeadline, type OutlierTransition } from '@rollcall/load-balancing';
import type { AppError, TraceContext } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import { grpcContentType, needsHttp2 } from '../grpc/grpc-request';
import { isUnavailable } from '../grpc/grpc-status';
import type { Caller } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';
import type { WriteRound } from '../ports/write-round';
import type { Upstream } from '../upstreams/upstream';
import { attemptError } from './attempt-error';
import { attemptTimeouts } from './attempt-timeouts';
import type { CallDeadline } from './call-deadline';
import { GrpcRetries } from './grpc-retries';
import { bodyToKeep, keepBody, type KeptRequest } from './keep-body';
import { isRepeatable } from './repeatable';
import type { AttemptResult, InstanceAnswer } from './response-relay';
import type { Mirrors } from './mirrors';
import type { RequestSpans } from './request-spans';
import type { RoutedRequest } from './routed';
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
      readonly answer: InstanceAnswer;
      readonly upstream: Upstream;
      readonly count: number;
    }
  | {
      readonly kind: 'failed';
      readonly error: AppError;
      readonly upstream: Upstream | undefined;
      readonly count: number;
    }
  /** No instance was asked: all of the request's body was waited for, so that it has to be routed again. */
  | {
      readonly kind: 'kept';
      readonly kept: KeptRequest;
      readonly upstream?: undefined;
      readonly count: 0;
    }
  /** The request's body did not come whole, and the caller was told so if it was still there. */
  | { readonly kind: 'body-missing'; readonly upstream?: undefined; readonly count: 0 };

/**
 * Asks the instances of a request's route, one after another, until one answers or none is left.
 *
 * @param kept what an earlier call for the same request came to; nothing is waited for then before the first attempt
 */
export function createAttempts({ tunnels, mirrors, writes, now, onAttempt }: AttemptsOptions) {
  return async (
    caller: Caller,
    routed: RoutedRequest,
    spans: RequestSpans | undefined,
    callDeadline: CallDeadline | undefined,
    kept: KeptRequest | undefined,
  ): Promise<Attempted> => {
    const startedAt = now();
    const { destination, decisions } = routed;
    const { policy, serviceUpstreams } = destination;
    const { attemptTimeoutMs, maxAttempts } = policy;
    const grpcType = grpcContentType(caller);
    const { headersTimeoutMs, idleTimeoutMs } = attemptTimeouts(policy, grpcType !== undefined);
    const asksHttp2 = grpcType !== undefined && needsHttp2(grpcType);
    let mirror = kept?.mirror;
    if (kept === undefined) {
      if (policy.mirror !== undefined) mirror = mirrors.choose(caller, policy);
      const toKeep = bodyToKeep(caller, policy, mirror?.bodyBytes ?? 0);
      if (toKeep !== undefined) {
        const maxBytes = decisions?.maxBodyBytes ?? Infinity;
        const body = await keepBody(caller, toKeep, { idleTimeoutMs, maxBytes });
        if (body === undefined) return { kind: 'body-missing', count: 0 };
        return { kind: 'kept', kept: { body, mirror }, count: 0 };
      }
    }
    const keptBody = kept?.body;
    if (callDeadline?.remainingMs(startedAt) === 0)
      return failed(gatewayError('DEADLINE_EXCEEDED'), undefined, 0);
    // Nothing is waited for from here to the first attempt, or more of them would begin than are looked at here.
    if (serviceUpstreams !== undefined && serviceUpstreams.inFlight >= (policy.maxInFlight ?? Infinity))
      return failed(gatewayError('SERVICE_OVERLOADED', { headers: { 'Retry-After': '1' } }), undefined, 0);
    const series = createAttemptSeries<Upstream>(
      {
        others: destination,
        budget: serviceUpstreams?.budget,
        deadline: createDeadline(startedAt, headersTimeoutMs),
        maxAttempts,
        idempotent: isRepeatable(caller, policy),
      },
      startedAt,
    );

    const recorded = spans === undefined ? undefined : caller.facts.trace;
    const isKept = caller.body === null || keptBody !== undefined;
    const retries =
      grpcType === undefined || policy.retryGrpcStatuses === undefined
        ? undefined
        : new GrpcRetries(policy.retryGrpcStatuses, { series, body: isKept ? null : caller.body, now });
    const body = retries?.body ?? caller.body;
    let upstream = destination.pick(caller, startedAt);
    let begunAt = startedAt;
    let freshSocket = false;
    try {
      while (upstream !== undefined) {
        if (asksHttp2 && upstream.speaksOnlyHttp1(policy.protocol))
          return failed(gatewayError('UPSTREAM_WITHOUT_HTTP2'), upstream, series.attempts);
        series.begin(upstream);
        const hostAttempt = upstream.begin(begunAt);
        const sent = sendAttempt({
          caller,
          routed,
          body,
          keptBody,
          upstream,
          hostAttempt,
          span: spans?.attempt(upstream, policy, series.attempts - 1),
          freshSocket,
          connectAtMostMs: headersTimeoutMs,
          headersTimeoutMs: series.patienceMs(attemptTimeoutMs, isKept, begunAt),
          idleTimeoutMs,
          callDeadline,
          insteadOf: retries?.insteadOf,
          begunAt,
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
          const status = grpcType !== undefined && isUnavailable(head.headers) ? 503 : head.status;
          const how = { outcome: 'response', status, resent: series.attempts > 1 } as const;
          const transition = hostAttempt.end(how, endedAt);
          onAttempt({ caller, upstream, result, transition, begunAt, endedAt, recorded });
          if (!('instead' in result))
            return { kind: 'answered', head, answer: result, upstream, count: series.attempts };
          result.abandon();
          upstream = result.instead;
          freshSocket = false;
          begunAt = endedAt;
          continue;
        }
        // A request that cannot be sent to any instance says nothing about this one.
        const outcome = result.outcome === 'unsendable' ? 'downstream-aborted' : result.outcome;
        const { socketReused } = result;
        const transition = hostAttempt.end({ outcome, socketReused, resent: series.attempts > 1 }, endedAt);
        onAttempt({ caller, upstream, result, transition, begunAt, endedAt, recorded });

        const bodyReplayable = isKept || body?.taken !== true;
        const next = series.next({ outcome, socketReused, bodyReplayable }, endedAt);
        if (next.on === undefined) return failed(attemptError(result), upstream, series.attempts);
        upstream = next.on;
        // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
        freshSocket = outcome !== 'overloaded';
        begunAt = endedAt;
      }
      return failed(gatewayError('NO_INSTANCE'), upstream, series.attempts);
    } finally {
      retries?.finish();
    }
  };
}

function failed(error: AppError, upstream: Upstream | undefined, count: number): Attempted {
  return { kind: 'failed', error, upstream, count };
}
