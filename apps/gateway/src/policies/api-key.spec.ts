import { secretDigest } from '@rollcall/service-kit';
import { aPolicyRequest, aRoute, edited, decided } from '../../test/support/a-policy-request';
import { apiKeyPolicy } from './api-key';
import type { ApiKeyRule } from '../routing/policy-rules';

const keys = ['ci', 'web'].map((name) => ({ name, digest: secretDigest(`key of ${name}`) }));
const asked = (rule: Partial<ApiKeyRule>, request: Parameters<typeof aPolicyRequest>[0]) =>
  decided(
    apiKeyPolicy,
    aRoute({ policy: { apiKey: { where: { header: 'X-Api-Key' }, keys, ...rule } } }),
    aPolicyRequest(request),
  );

describe('an API key', () => {
  it('lets its owner in by name and stays behind, however often it is sent', () => {
    const { answer, decisions } = asked({}, { headers: { 'x-api-key': 'key of web' } });
    expect(answer).toBeUndefined();
    expect(decisions.consumer).toBe('web');
    expect(
      edited(decisions.requestEdits, {
        'x-api-key': 'key of web',
        'X-API-KEY': 'again',
        'x-forwarded-consumer': 'root',
        Accept: 'a',
      }),
    ).toEqual({ Accept: 'a', 'X-Forwarded-Consumer': 'web' });
  });

  it.each([
    ['none', {}, {}, 401],
    ['an empty one', {}, { 'X-Api-Key': '' }, 401],
    ['one in another case', {}, { 'X-Api-Key': 'KEY OF CI' }, 401],
    ['a digest in place of the key', {}, { 'X-Api-Key': secretDigest('key of ci').toString('hex') }, 401],
    ['one that is not for the route', { names: ['web'] }, { 'X-Api-Key': 'key of ci' }, 403],
  ])('is refused when it is %s', (_what, rule, headers, status) => {
    const { answer, decisions } = asked(rule, { headers });
    expect(answer).toMatchObject({ kind: 'refused', error: { status } });
    expect(decisions.consumer).toBeUndefined();
  });

  it('says where it is looked for when it is missing', () => {
    expect(asked({ where: { query: 'key' } }, {}).answer).toMatchObject({
      error: { headers: { 'WWW-Authenticate': 'ApiKey query="key"' } },
    });
  });

  it('may stand in the query, and is not taken from a field then', () => {
    const where = { query: 'key' };
    const { decisions } = asked({ where }, { query: '?a=1&key=key%20of%20ci' });
    expect(decisions).toMatchObject({ consumer: 'ci', target: { query: '?a=1' } });
    expect(asked({ where }, { headers: { 'X-Api-Key': 'key of ci' } }).answer).toBeDefined();
  });
});
