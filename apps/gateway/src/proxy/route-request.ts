import { gatewayError, type GatewayErrorCode } from '../errors';
import { bucketAddress } from '../policies/bucket-address';
import { isPreflight } from '../policies/cors';
import type { PolicyRequest } from '../policies/policy';
import type { PolicyDecisions } from '../policies/policy-decisions';
import type { Judgement } from '../policies/route-policies';
import type { Caller } from '../ports/caller';
import { matchTarget } from '../routing/match-target';
import type { Destination } from '../upstreams/destination';
import type { RoutesInForce } from '../upstreams/routes-in-force';
import type { CallDeadline } from './call-deadline';
import type { HeldRequests, HoldResult } from './held-requests';
import { routeVerdict, type RouteVerdict } from '../upstreams/route-verdict';
import type { RequestSpans } from './request-spans';
import type { Routed, RoutedRequest } from './routed';

export interface RouteRequestOptions {
  readonly routes: RoutesInForce;
  readonly held: HeldRequests;
  /** How long a request is held for an instance; 0 holds none. */
  readonly holdTimeoutMs: number;
  readonly isSynced: () => boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Whom a request is from, as far as this gateway believes what it is told. */
  readonly clientOf: (request: PolicyRequest) => string;
}

/**
 * Finds where a request goes. Answers at once where it can: waiting for a promise has its price on every request.
 *
 * @param before where it was routed to, when it is routed again: what policies have decided on it is not decided twice
 */
export type RouteRequest = (
  caller: Caller,
  spans: RequestSpans | undefined,
  callDeadline: CallDeadline | undefined,
  before?: RoutedRequest,
) => Routed | Promise<Routed>;

type Settled = Exclude<RouteVerdict, { kind: 'hold' }>;

const GONE: Routed = { kind: 'gone' };

/** What is answered to a request that is not held because a share of the places is used up. */
const OVER_SHARE: Partial<Record<HoldResult, GatewayErrorCode>> = {
  'service-over-share': 'TOO_MANY_HELD',
  'caller-over-share': 'TOO_MANY_HELD_FOR_CALLER',
};

/** Seconds after which a caller who got 503 may well try again: a restart takes about that long. */
const RETRY_AFTER = { 'Retry-After': '5' } as const;

/** Finds where a request goes, and has it judged by the policies there; holds it while no instance can take it. */
export function createRouteRequest(options: RouteRequestOptions): RouteRequest {
  const { routes, held, holdTimeoutMs, isSynced, now, clientOf } = options;

  function verdictOn({ method, target }: Caller): RouteVerdict {
    return routeVerdict(matchTarget(routes.table, method, target), isSynced(), now());
  }

  /**
   * The only place where policies judge.
   *
   * @param earlier what they have decided on this request before it was held: it must not be counted twice
   */
  function judge(
    caller: Caller,
    destination: Destination,
    earlier: PolicyDecisions | undefined,
  ): Routed | Promise<Routed> {
    const { policies } = destination;
    if (policies === undefined) {
      if (earlier !== undefined) caller.decorate([]);
      return { kind: 'routed', destination, decisions: undefined };
    }
    if (earlier?.by === policies) return { kind: 'routed', destination, decisions: earlier };
    const judgement = policies.judge(caller, now());
    return judgement instanceof Promise
      ? judgement.then((late) => follow(caller, destination, late))
      : follow(caller, destination, judgement);
  }

  function follow(caller: Caller, destination: Destination, { decisions, answer }: Judgement): Routed {
    caller.decorate(decisions.responseEdits);
    if (answer === undefined) return { kind: 'routed', destination, decisions };
    return { kind: 'answered', answer, destination, policy: answer.by };
  }

  function conclude(
    caller: Caller,
    verdict: Settled,
    earlier: PolicyDecisions | undefined,
    spans: RequestSpans | undefined,
    callDeadline: CallDeadline | undefined,
  ): Routed | Promise<Routed> {
    switch (verdict.kind) {
      case 'go': {
        const judged = judge(caller, verdict.destination, earlier);
        // While a policy waited, routes and instances may have changed.
        return judged instanceof Promise
          ? judged.then((late) =>
              late.kind === 'routed' ? route(caller, late.decisions, spans, callDeadline) : late,
            )
          : judged;
      }
      case 'no-route':
        return refused(
          gatewayError('NO_ROUTE', { message: `No service has the path ${caller.target.path}.` }),
        );
      case 'ambiguous':
        return refused(gatewayError('AMBIGUOUS_PATH'));
      case 'wrong-method': {
        // Without the CORS fields a page could not read the refusal, and would take the network for broken.
        const refusal = refused(
          gatewayError('METHOD_NOT_ALLOWED', { headers: { Allow: verdict.allow.join(', ') } }),
        );
        const readable = verdict.routes.find(({ policy }) => policy.cors !== undefined);
        if (readable === undefined) caller.decorate([]);
        const judged = readable && judge(caller, readable, undefined);
        return judged instanceof Promise ? judged.then(() => refusal) : refusal;
      }
    }
  }

  /** The route that a browser asks about before it sends the request itself, which has another method. */
  function preflighted({ headers, target }: Caller): Destination | undefined {
    const method = headers.get('access-control-request-method') ?? '';
    const match = matchTarget(routes.table, method, target);
    return match.kind === 'found' && match.route.policy.cors !== undefined ? match.route : undefined;
  }

  async function hold(
    caller: Caller,
    known: Destination | undefined,
    earlier: PolicyDecisions | undefined,
    spans: RequestSpans | undefined,
    callDeadline: CallDeadline | undefined,
  ): Promise<Routed> {
    // Before it waits: a request that would be refused in the end is not held.
    const judged = known === undefined ? undefined : await judge(caller, known, earlier);
    if (judged?.kind === 'answered') return judged;
    const decided = judged?.kind === 'routed' ? judged.decisions : earlier;
    const endSpan = spans?.hold(known?.service);
    const result = await held.hold({
      service: known?.service ?? '',
      caller: bucketAddress(clientOf(caller)),
      ready: () => verdictOn(caller).kind !== 'hold',
      timeoutMs: holdTimeoutMs,
      onLeave(leave) {
        caller.onGone(leave);
        callDeadline?.onPassed(leave);
      },
    });
    endSpan?.(result);
    // Its deadline may have passed instead, which it has been told.
    if (result === 'left') return caller.gone ? GONE : refused(gatewayError('DEADLINE_EXCEEDED'), known);
    const verdict = verdictOn(caller);
    if (verdict.kind !== 'hold') return conclude(caller, verdict, decided, spans, callDeadline);
    const code = OVER_SHARE[result] ?? verdict.otherwise;
    return refused(gatewayError(code, { headers: RETRY_AFTER }), verdict.destination);
  }

  function route(
    caller: Caller,
    earlier: PolicyDecisions | undefined,
    spans: RequestSpans | undefined,
    callDeadline: CallDeadline | undefined,
  ): Routed | Promise<Routed> {
    const verdict = verdictOn(caller);
    return verdict.kind === 'hold'
      ? hold(caller, verdict.destination, earlier, spans, callDeadline)
      : conclude(caller, verdict, earlier, spans, callDeadline);
  }

  return (caller, spans, callDeadline, before) => {
    if (before !== undefined) return route(caller, before.decisions, spans, callDeadline);
    let earlier: PolicyDecisions | undefined;
    if (caller.method === 'OPTIONS' && isPreflight(caller)) {
      const asked = preflighted(caller);
      const judged = asked === undefined ? undefined : judge(caller, asked, undefined);
      if (judged instanceof Promise || judged?.kind === 'answered') return judged;
      if (judged?.kind === 'routed') earlier = judged.decisions;
    }
    return route(caller, earlier, spans, callDeadline);
  };
}

function refused(error: ReturnType<typeof gatewayError>, destination?: Destination): Routed {
  return { kind: 'answered', answer: { kind: 'refused', error }, destination };
}
