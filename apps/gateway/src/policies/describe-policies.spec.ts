import { aRoute } from '../../test/support/a-policy-request';
import { describePolicies } from './describe-policies';

describe('describePolicies', () => {
  it('says nothing of a route without any', () => expect(describePolicies(aRoute())).toEqual([]));

  it('says nothing of what a default asks for where no prefix is hidden', () =>
    expect(describePolicies(aRoute({ policy: { rewritesLocation: true } }))).toEqual([]));

  it('says what each does, and no value that may be secret', () => {
    const route = aRoute({
      policy: {
        cors: { origins: ['*'], headers: [], expose: [], credentials: false, maxAgeSeconds: 1 },
        requestHeaders: { remove: ['Cookie'], set: { Authorization: 'Basic secret' }, add: { 'X-A': 'b' } },
        responseHeaders: { remove: [], set: {}, add: {} },
        apiKey: { where: { query: 'key' }, names: ['ci', 'web'], keys: [] },
        rateLimit: { requests: 5, perSeconds: 60, burst: 10, by: 'key' },
        bodyLimitBytes: 1024,
        rewritePrefix: '/b',
        rewritesLocation: true,
      },
    });
    expect(describePolicies(route)).toEqual([
      'cors: *',
      'location: /a is put back into Location, Content-Location and cookie paths',
      'request_headers: removes Cookie; sets Authorization; adds X-A',
      'response_headers: changes nothing',
      'api_key: of ci, web, in the query parameter key',
      'rate_limit: 5 requests per 60 s, burst 10, by key',
      'body_limit: 1024 bytes',
      'rewrite: /a becomes /b',
    ]);
  });
});
