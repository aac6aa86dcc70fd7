import { gatewayError, type GatewayErrorCode } from '../errors';
import { bucketAddress } from '../policies/bucket-address';
import { isPreflight } from '../policies/cors';
import type { PolicyRequest } from '../policies/policy';
import { matchTarget } from '../routing/match-target';
import type { Destination } from '../upstreams/destination';
import type { RoutesInForce } from '../upstreams/routes-in-force';
import type { Exchange } from './exchange';
import { judgeByPolicies, type PolicyReport } from './judge-by-policies';
import { routeVerdict, type RouteVerdict } from '../upstreams/route-verdict';
import type { Waited, WaitingRoom } from './waiting-room';

export interface FindDestinationOptions {
  readonly routes: RoutesInForce;
  readonly room: WaitingRoom;
  /** How long a request is held for an instance; 0 holds none. */
  readonly holdTimeoutMs: number;
  readonly isSynced: () => boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Whom a request is from, as far as this gateway believes what it is told. */
  readonly clientOf: (request: PolicyRequest) => string;
  /** A policy has answered in place of an instance. */
  readonly onPolicyAnswer: (report: PolicyReport) => void;
}

/** What is answered where a share of the waiting room is used up. */
const OVER_SHARE: Partial<Record<Waited, GatewayErrorCode>> = {
  'service-over-share': 'TOO_MANY_HELD',
  'caller-over-share': 'TOO_MANY_HELD_FOR_CALLER',
};

type Settled = Exclude<RouteVerdict, { kind: 'hold' }>;

/** Seconds after which a caller who got 503 may well try again: a restart takes about that long. */
const RETRY_AFTER = { 'Retry-After': '5' } as const;

/** Where a request goes, held back for a while if there is nobody yet; answers those that go nowhere. */
export function createFindDestination(options: FindDestinationOptions) {
  const { routes, room, holdTimeoutMs, isSynced, now, clientOf, onPolicyAnswer } = options;

  function verdictOn({ method, target }: Exchange): RouteVerdict {
    return routeVerdict(matchTarget(routes.table, method, target), isSynced(), now());
  }

  function conclude(exchange: Exchange, verdict: Settled): Destination | undefined {
    switch (verdict.kind) {
      case 'go':
        return isAnswered(exchange, verdict.destination) ? undefined : verdict.destination;
      case 'no-route':
        exchange.fail(
          gatewayError('NO_ROUTE', { message: `No service has the path ${exchange.target.path}.` }),
        );
        return undefined;
      case 'ambiguous':
        exchange.fail(gatewayError('AMBIGUOUS_PATH'));
        return undefined;
      case 'wrong-method':
        // Without the CORS fields a page could not read the refusal, and would take the network for broken.
        exchange.decisions = verdict.routes
          .find(({ policy }) => policy.cors !== undefined)
          ?.policies?.judge(exchange, now()).decisions;
        exchange.fail(gatewayError('METHOD_NOT_ALLOWED', { headers: { Allow: verdict.allow.join(', ') } }));
        return undefined;
    }
  }

  function isAnswered(exchange: Exchange, destination: Destination): boolean {
    return judgeByPolicies(exchange, destination, now(), onPolicyAnswer);
  }

  /** The route that a browser asks about before it sends the request itself, which has another method. */
  function preflighted({ headers, target }: Exchange): Destination | undefined {
    const method = headers.get('access-control-request-method') ?? '';
    const match = matchTarget(routes.table, method, target);
    return match.kind === 'found' && match.route.policy.cors !== undefined ? match.route : undefined;
  }

  async function hold(exchange: Exchange, known: Destination | undefined): Promise<Destination | undefined> {
    // Before it waits: nobody is held who would be refused in the end.
    if (known !== undefined && isAnswered(exchange, known)) return undefined;
    const waited = await room.wait({
      service: known?.service ?? '',
      caller: bucketAddress(clientOf(exchange)),
      ready: () => verdictOn(exchange).kind !== 'hold',
      timeoutMs: holdTimeoutMs,
      onLeave: (leave) => exchange.onAbort(leave),
    });
    if (waited === 'left') return undefined;
    const verdict = verdictOn(exchange);
    if (verdict.kind !== 'hold') return conclude(exchange, verdict);
    const code = OVER_SHARE[waited] ?? verdict.otherwise;
    if (verdict.destination !== undefined) exchange.destination = verdict.destination;
    exchange.fail(gatewayError(code, { headers: RETRY_AFTER }));
    return undefined;
  }

  /** Answers at once where it can: waiting for a promise has its price on every request. */
  return (exchange: Exchange): Destination | undefined | Promise<Destination | undefined> => {
    if (exchange.method === 'OPTIONS' && isPreflight(exchange)) {
      const asked = preflighted(exchange);
      if (asked !== undefined && isAnswered(exchange, asked)) return undefined;
    }
    const verdict = verdictOn(exchange);
    return verdict.kind === 'hold' ? hold(exchange, verdict.destination) : conclude(exchange, verdict);
  };
}
