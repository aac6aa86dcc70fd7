import { aPolicyRequest, aRoute, atOnce, byPeer } from '../../test/support/a-policy-request';
import type { JwtRule } from '../routing/policy-rules';
import type { PolicyRequest, TokenVerdict } from './policy';
import { compilePolicies, POLICIES, type Judgement, type RoutePolicies } from './route-policies';

const jwt: JwtRule = {
  names: ['main'],
  issuers: [],
  audience: undefined,
  clockToleranceSeconds: 0,
  requiredClaims: [],
  scopes: [],
  scopeClaim: 'scope',
  claimsToHeaders: {},
  from: [{ header: 'Authorization' }],
  keepsToken: true,
  isOptional: false,
};

/** Judged at once. */
const judged = (policies: RoutePolicies | undefined, request: PolicyRequest): Judgement | undefined =>
  policies && atOnce(policies.judge(request, 0));

const everything = aRoute({
  policy: {
    cors: { origins: ['*'], headers: [], expose: [], credentials: false, maxAgeSeconds: 1 },
    requestHeaders: { remove: [], set: { 'X-A': 'b' }, add: {} },
    apiKey: { where: { header: 'X-Api-Key' }, keys: [] },
    claimHeaders: ['x-user'],
    jwt,
    rateLimit: { requests: 1, perSeconds: 1, burst: 1, by: 'client' },
    bodyLimitBytes: 1,
    rewritePrefix: '/b',
    rewritesLocation: true,
  },
});

describe('the policies of a route', () => {
  it('are nothing at all where it has none', () => {
    expect(compilePolicies(aRoute(), byPeer)).toBeUndefined();
  });

  it('are those that it has, in the order of the list', () => {
    expect(compilePolicies(everything, byPeer)?.names).toEqual(POLICIES.map(({ name }) => name));
    const two = aRoute({ policy: { rewritePrefix: '/b', bodyLimitBytes: 0 } });
    expect(compilePolicies(two, byPeer)?.names).toEqual(['body_limit', 'rewrite']);
  });

  it('end with the first that answers, and keep what was said before', () => {
    const end = judged(compilePolicies(everything, byPeer), aPolicyRequest());
    expect(end?.answer).toMatchObject({ by: 'api_key', kind: 'refused' });
    expect(end?.decisions.responseEdits).toHaveLength(2);
    expect(end?.decisions.target.path).toBe('/a');
  });

  it('are shared by what is announced beneath, with their counts; only the prefix is no longer theirs', () => {
    const route = aRoute({
      policy: {
        rateLimit: { requests: 1, perSeconds: 3600, burst: 1, by: 'client' },
        rewritePrefix: '/b',
        rewritesLocation: true,
      },
    });
    const policies = compilePolicies(route, byPeer);
    expect(policies?.beneath()?.names).toEqual(['rate_limit']);
    expect(judged(policies?.beneath(), aPolicyRequest())?.answer).toBeUndefined();
    expect(judged(policies, aPolicyRequest())?.answer).toMatchObject({ by: 'rate_limit', kind: 'refused' });
  });

  it('wait for a token that is seen for the first time, and go on behind it', async () => {
    const valid: TokenVerdict = { kind: 'valid', claims: {}, expiresInMs: 1000, key: { isGone: false } };
    const tokens = { ...byPeer.tokens, verify: () => Promise.resolve(valid) };
    const policies = compilePolicies(aRoute({ policy: { jwt, rewritePrefix: '/b' } }), { ...byPeer, tokens });
    const request = aPolicyRequest({ headers: { Authorization: 'Bearer a.b.c' } });
    const first = policies?.judge(request, 0);
    expect(first).toBeInstanceOf(Promise);
    expect((await first)?.decisions.target.path).toBe('/b');
    expect(judged(policies, request)?.decisions.target.path).toBe('/b');
  });

  it('say which of them has answered late', async () => {
    const tokens = { ...byPeer.tokens, verify: () => Promise.resolve<TokenVerdict>({ kind: 'no-keys' }) };
    const policies = compilePolicies(aRoute({ policy: { jwt, rewritePrefix: '/b' } }), { ...byPeer, tokens });
    const end = await policies?.judge(aPolicyRequest({ headers: { Authorization: 'Bearer a.b.c' } }), 0);
    expect(end?.answer).toMatchObject({ by: 'jwt', error: { status: 503, code: 'JWT_KEYS_UNAVAILABLE' } });
    expect(end?.decisions.target.path).toBe('/a');
  });
});
