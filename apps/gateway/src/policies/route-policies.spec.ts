import { aPolicyRequest, aRoute, byPeer } from '../../test/support/a-policy-request';
import { compilePolicies, POLICIES } from './route-policies';

const everything = aRoute({
  policy: {
    cors: { origins: ['*'], headers: [], expose: [], credentials: false, maxAgeSeconds: 1 },
    requestHeaders: { remove: [], set: { 'X-A': 'b' }, add: {} },
    apiKey: { where: { header: 'X-Api-Key' }, keys: [] },
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
    const judged = compilePolicies(everything, byPeer)?.judge(aPolicyRequest(), 0);
    expect(judged?.answer).toMatchObject({ by: 'api_key', kind: 'refused' });
    expect(judged?.decisions.responseEdits).toHaveLength(2);
    expect(judged?.decisions.target.path).toBe('/a');
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
    expect(policies?.beneath?.names).toEqual(['rate_limit']);
    expect(policies?.beneath?.judge(aPolicyRequest(), 0).answer).toBeUndefined();
    expect(policies?.judge(aPolicyRequest(), 0).answer).toMatchObject({ by: 'rate_limit', kind: 'refused' });
  });
});
