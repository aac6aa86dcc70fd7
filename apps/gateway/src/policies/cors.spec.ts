import { aPolicyRequest, aRoute, edited, decided } from '../../test/support/a-policy-request';
import { corsPolicy } from './cors';
import type { CorsRule } from '../routing/policy-rules';

const rule: CorsRule = {
  origins: ['https://shop.example'],
  headers: [],
  expose: [],
  credentials: false,
  maxAgeSeconds: 600,
};
const asked = (
  given: Partial<CorsRule>,
  request: Parameters<typeof aPolicyRequest>[0],
  methods?: readonly string[],
) =>
  decided(
    corsPolicy,
    aRoute({ ...(methods && { methods }), policy: { cors: { ...rule, ...given } } }),
    aPolicyRequest(request),
  );
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT' },
});

describe('CORS', () => {
  it('answers preflights by what the route takes', () => {
    const { answer } = asked({ headers: ['X-A', 'X-B'] }, preflight('https://shop.example'), ['GET', 'PUT']);
    expect(answer).toEqual({
      kind: 'answered',
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': 'https://shop.example',
        'Access-Control-Allow-Methods': 'GET, PUT',
        'Access-Control-Allow-Headers': 'X-A, X-B',
        'Access-Control-Max-Age': '600',
        Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
    });
  });

  it('says * where any origin is taken, and needs no Vary for it', () => {
    const any = { origins: ['*'] };
    expect(asked(any, preflight('https://a.example')).answer).toMatchObject({
      headers: { 'Access-Control-Allow-Origin': '*' },
    });
    const { decisions } = asked(any, { headers: { Origin: 'https://a.example' } });
    expect(edited(decisions.responseEdits, {})).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });

  it.each([
    ['without an origin', { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'PUT' } }],
    ['without a method', { method: 'OPTIONS', headers: { Origin: 'https://shop.example' } }],
    ['by another method', { headers: preflight('https://shop.example').headers }],
  ])('takes a request %s for no preflight', (_what, request) => {
    expect(asked({}, request).answer).toBeUndefined();
  });

  it('tells caches of the origin also where none was sent', () => {
    const { decisions } = asked({}, {});
    expect(edited(decisions.responseEdits, { 'access-control-allow-origin': '*' })).toEqual({
      Vary: 'Origin',
    });
  });

  it('does not say that it takes credentials where it does not', () => {
    const fields = (credentials: boolean) =>
      edited(
        asked({ credentials }, { headers: { Origin: 'https://shop.example' } }).decisions.responseEdits,
        {
          'Access-Control-Allow-Credentials': 'true',
        },
      );
    expect(fields(true)).toHaveProperty('Access-Control-Allow-Credentials', 'true');
    expect(fields(false)).not.toHaveProperty('Access-Control-Allow-Credentials');
  });
});
