import { headerListOf, type HeaderList } from '../../src/headers/header-list';
import type {
  Policy,
  GatewayAnswer,
  PolicyContext,
  PolicyRequest,
  TokenVerifier,
} from '../../src/policies/policy';
import {
  createPolicyDecisions,
  type HeaderEdit,
  type PolicyDecisions,
} from '../../src/policies/policy-decisions';
import { createRateLimiter } from '../../src/policies/rate-limiter';
import type { Route } from '../../src/routing/route';
import type { RoutePolicy } from '../../src/routing/route-policy';

const UNREMARKABLE: RoutePolicy = {
  picker: 'round_robin',
  headersTimeoutMs: 1000,
  idleTimeoutMs: 1000,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
};

export function aRoute(
  given: Partial<Omit<Route, 'policy'>> & { readonly policy?: Partial<RoutePolicy> } = {},
): Route {
  return {
    service: 'product',
    pathPrefix: '/a',
    stripPrefix: false,
    source: 'file',
    ...given,
    policy: { ...UNREMARKABLE, ...given.policy },
  };
}

export function aPolicyRequest(
  given: {
    readonly method?: string;
    readonly path?: string;
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly peer?: string;
  } = {},
): PolicyRequest {
  const { method = 'GET', path = '/a', query = '', headers = {}, peer = '192.0.2.7' } = given;
  return {
    method,
    target: { path, query, host: 'shop.example' },
    headers: headerListOf(Object.entries(headers).flat()),
    facts: {
      peer,
      peerTrusted: false,
      peerIsGateway: false,
      scheme: 'http',
      clientCertificate: undefined,
      host: 'shop.example',
      httpVersion: '1.1',
      requestId: 'r1',
      trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), flags: 0 },
      pseudonym: 'rollcall-test',
    },
  };
}

/** For routes without tokens. */
const noTokens: TokenVerifier = {
  verify: () => Promise.reject(new Error('a token is verified on a route that asks for none')),
  failures: createRateLimiter({ requests: 1, perMs: 1, burst: 1 }, 1),
};

export const byPeer: PolicyContext = { clientOf: ({ facts }) => facts.peer, sharedBy: 1, tokens: noTokens };

/** What is there without waiting for it. */
export function atOnce<T>(value: T | Promise<T>): T {
  if (value instanceof Promise) throw new Error('it has to be waited for');
  return value;
}

/** What one policy alone makes of one request. */
export function decided(
  policy: Policy,
  route: Route,
  request: PolicyRequest,
): { readonly decisions: PolicyDecisions; readonly answer: GatewayAnswer | undefined } {
  const pass = policy.compile(route, byPeer);
  if (pass === undefined) throw new Error(`the route asks for no ${policy.name}`);
  const decisions = createPolicyDecisions({}, request.target);
  return { decisions, answer: atOnce(pass(request, decisions, 0)) };
}

/** The fields after the edits, as one object. */
export function edited(
  edits: readonly HeaderEdit[],
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: HeaderList = headerListOf(Object.entries(before).flat());
  for (const edit of edits) edit(headers);
  const raw = headers.toRaw();
  return Object.fromEntries(
    raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [])),
  );
}
