import { gatewayError } from '../errors';
import type { GatewayAnswer } from '../policies/policy';
import type { Caller } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';
import type { Attempted, createAttempts } from './attempts';
import { startCallDeadline } from './call-deadline';
import type { KeptRequest } from './keep-body';
import { recordOf, type RequestRecord } from './request-record';
import type { RequestSpans } from './request-spans';
import type { RouteRequest } from './route-request';
import type { Routed, RoutedRequest } from './routed';

export interface ProxyOptions {
  readonly routeRequest: RouteRequest;
  readonly attempt: ReturnType<typeof createAttempts>;
  /** Begins what is recorded of a request; nothing for one that is not sampled, `undefined` while tracing is off. */
  readonly startSpans?: ((caller: Caller) => RequestSpans | undefined) | undefined;
  /** An instance's answer has begun. */
  readonly onAnswered: (caller: Caller, head: ResponseHead) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** A fault of this program; its caller gets 500. */
  readonly onBroken: (error: unknown, caller: Caller) => void;
  /** Once for each request, when its answer is over for good. */
  readonly onServed: (record: RequestRecord) => void;
}

/**
 * The whole story of a request: routed and judged by the policies of its route, sent to one instance after another until
 * one answers, relayed, recorded.
 */
export function createProxy(options: ProxyOptions) {
  const { routeRequest, attempt, startSpans, onAnswered, now, onBroken, onServed } = options;
  return async (caller: Caller, answer: GatewayAnswer | undefined): Promise<void> => {
    const startedAt = now();
    const spans = startSpans?.(caller);
    let routed: Routed | undefined;
    let attempted: Attempted | undefined;
    try {
      if (answer !== undefined) {
        give(answer, caller);
      } else {
        const callDeadline = startCallDeadline(caller, startedAt);
        const found = routeRequest(caller, spans, callDeadline);
        routed = found instanceof Promise ? await found : found;
        let kept: KeptRequest | undefined;
        while (routed.kind === 'routed') {
          const { destination }: RoutedRequest = routed;
          destination.calls?.inFlightChanged(1);
          attempted = await attempt(caller, routed, spans, callDeadline, kept);
          if (attempted.kind !== 'kept') break;
          kept = attempted.kept;
          // While its body was waited for, routes and instances may have changed.
          routed = await routeRequest(caller, spans, callDeadline, routed);
          destination.calls?.inFlightChanged(-1);
        }
        if (routed.kind === 'answered') give(routed.answer, caller);
        if (attempted?.kind === 'answered') onAnswered(caller, attempted.head);
        if (attempted?.kind === 'failed') caller.fail(attempted.error);
      }
    } catch (error) {
      onBroken(error, caller);
      caller.fail(gatewayError('INTERNAL_ERROR', { cause: error }));
    }
    const end = await caller.whenClosed();
    const record = recordOf({ caller, routed, attempted, end, startedAt, endedAt: now(), spans });
    countCall(routed, record);
    onServed(record);
    spans?.end(record);
  };
}

function give(answer: GatewayAnswer, caller: Caller): void {
  if (answer.kind === 'refused') caller.fail(answer.error);
  else caller.answer(answer.status, answer.headers);
}

/** Of the requests that instances were to answer: how each ended for its caller. */
function countCall(routed: Routed | undefined, record: RequestRecord): void {
  const calls = routed?.destination?.calls;
  if (calls === undefined || record.policy !== undefined) return;
  if (routed?.kind === 'routed') calls.inFlightChanged(-1);
  const { end, failure, status, attempts, startedAt, endedAt } = record;
  // An error for a caller of gRPC goes out with 200.
  const isFailed = (failure?.status ?? status) >= 500 || end === 'cut';
  const result = isFailed ? (failure === undefined && end !== 'cut' ? 's5xx' : 'failed') : 'ok';
  calls.ended(result, end === 'switched' ? undefined : endedAt - startedAt, attempts > 1);
}
