import type { Route } from '../routing/route';
import { apiKeyPolicy } from './api-key';
import { bodyLimitPolicy } from './body-limit';
import { claimHeadersPolicy, removeClaimHeaders } from './claim-headers';
import { corsPolicy } from './cors';
import { headerRulesPolicy } from './header-rules';
import { jwtPolicy } from './jwt/jwt';
import { locationPolicy } from './location';
import type { Policy, GatewayAnswer, PolicyContext, PolicyPass, PolicyRequest } from './policy';
import { rateLimitPolicy } from './rate-limit';
import { rewritePolicy } from './rewrite';
import { createPolicyDecisions, type PolicyDecisions } from './policy-decisions';

/**
 * What happens to a request on a route with policies, in this order: reading the array is reading the gateway.
 *
 * What is said of answers comes before what may refuse, so that refusals bear it too: a page cannot read a 429 without
 * CORS fields. What a route's header rules say of `Location` is the last word on it. Preflights bear no credentials, so they are answered before keys and tokens are asked for. Who it is comes before
 * how much that one may.
 */
export const POLICIES: readonly Policy[] = [
  corsPolicy,
  locationPolicy,
  headerRulesPolicy,
  apiKeyPolicy,
  claimHeadersPolicy,
  jwtPolicy,
  rateLimitPolicy,
  bodyLimitPolicy,
  rewritePolicy,
];

/** What becomes of a route's own prefix. */
const OF_ONE_PREFIX: ReadonlySet<string> = new Set([locationPolicy.name, rewritePolicy.name]);

/** All policies of one route, ready to be used. Lives as long as the route: its counts are in it. */
export interface RoutePolicies {
  /** Of those that the route has, in order. */
  readonly names: readonly string[];
  /**
   * The same ones for what is announced beneath the route: they share its counts, or a service could have a limit as often
   * as it announces paths. What becomes of the prefix is the announced route's own affair.
   *
   * @param claimHeaders of its service; see `RoutePolicy.claimHeaders`
   */
  beneath(claimHeaders?: readonly string[]): RoutePolicies | undefined;
  /**
   * A promise only where a policy has to wait: for a token that has not been seen before.
   *
   * @param now milliseconds, monotonic
   */
  judge(request: PolicyRequest, now: number): Judgement | Promise<Judgement>;
}

export interface Judgement {
  readonly decisions: PolicyDecisions;
  /** The end of it, and which policy said so. */
  readonly answer?: GatewayAnswer & { readonly by: string };
}

interface CompiledPolicy {
  readonly name: string;
  readonly pass: PolicyPass;
}

/** @returns `undefined` for a route without any, so that its requests pay nothing */
export function compilePolicies(route: Route, context: PolicyContext): RoutePolicies | undefined {
  const compiled = POLICIES.flatMap(({ name, compile }) => {
    const pass = compile(route, context);
    return pass === undefined ? [] : [{ name, pass }];
  });
  return policiesOf(compiled);
}

/** The only policy of a route that has claim headers and no other. */
export function claimHeadersOnly(claimHeaders: readonly string[] | undefined): RoutePolicies | undefined {
  return claimHeaders && policiesOf([removalOf(claimHeaders)]);
}

function removalOf(claimHeaders: readonly string[]): CompiledPolicy {
  return { name: claimHeadersPolicy.name, pass: removeClaimHeaders(claimHeaders) };
}

function policiesOf(compiled: readonly CompiledPolicy[]): RoutePolicies | undefined {
  if (compiled.length === 0) return undefined;
  const inherited = compiled.filter(({ name }) => !OF_ONE_PREFIX.has(name));
  const policies: RoutePolicies = {
    names: compiled.map(({ name }) => name),
    beneath(claimHeaders) {
      // First: what a policy of the route sets is not a caller's.
      if (claimHeaders !== undefined) return policiesOf([removalOf(claimHeaders), ...inherited]);
      return inherited.length === compiled.length ? policies : policiesOf(inherited);
    },
    judge: (request, now) => judgeFrom(0, request, createPolicyDecisions(policies, request.target), now),
  };

  function judgeFrom(
    start: number,
    request: PolicyRequest,
    decisions: PolicyDecisions,
    now: number,
  ): Judgement | Promise<Judgement> {
    for (let place = start; ; place += 1) {
      const policy = compiled[place];
      if (policy === undefined) break;
      const { name, pass } = policy;
      const answer = pass(request, decisions, now);
      if (answer === undefined) continue;
      if (!(answer instanceof Promise)) return { decisions, answer: { ...answer, by: name } };
      return answer.then((late) =>
        late === undefined
          ? judgeFrom(place + 1, request, decisions, now)
          : { decisions, answer: { ...late, by: name } },
      );
    }
    return { decisions };
  }

  return policies;
}
