import { aPolicyRequest, aRoute, atOnce, byPeer, edited } from '../../test/support/a-policy-request';
import type { PolicyRequest } from './policy';
import { rateLimitPolicy } from './rate-limit';
import type { RateLimitRule } from '../routing/policy-rules';
import { createPolicyDecisions } from './policy-decisions';

/** Asks one after another at one moment; the status of each, 200 for those that go on. */
function asker(rule: RateLimitRule, sharedBy = 1) {
  const pass = rateLimitPolicy.compile(aRoute({ policy: { rateLimit: rule } }), { ...byPeer, sharedBy });
  if (pass === undefined) throw new Error('the route has a limit');
  return (
    request: PolicyRequest,
    { consumer, claim, now = 0 }: { consumer?: string; claim?: string; now?: number } = {},
  ) => {
    const decisions = createPolicyDecisions({}, request.target);
    decisions.consumer = consumer;
    decisions.countedClaim = claim;
    const answer = atOnce(pass(request, decisions, now));
    const fields = edited(decisions.responseEdits, {});
    return { status: answer?.kind === 'refused' ? answer.error.status : 200, fields, answer };
  };
}

const two: RateLimitRule = { requests: 2, perSeconds: 10, burst: 2, by: 'client' };
const from = (peer: string) => aPolicyRequest({ peer });

describe('a rate limit', () => {
  it('counts each client apart, and a whole IPv6 network as one', () => {
    const ask = asker({ ...two, burst: 1 });
    const peers = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
    expect(peers.map((peer) => ask(from(peer)).status)).toEqual([200, 429, 200, 200, 429, 200]);
  });

  it('counts each key apart, wherever it is used', () => {
    const ask = asker({ ...two, burst: 1, by: 'key' });
    expect(
      [
        ask(from('192.0.2.1'), { consumer: 'ci' }),
        ask(from('192.0.2.2'), { consumer: 'ci' }),
        ask(from('192.0.2.2'), { consumer: 'web' }),
      ].map(({ status }) => status),
    ).toEqual([200, 429, 200]);
  });

  it('counts all of a route together', () => {
    const ask = asker({ ...two, by: 'route' });
    expect(['1', '2', '3'].map((last) => ask(from(`192.0.2.${last}`)).status)).toEqual([200, 200, 429]);
  });

  it('says what is left and when to come again', () => {
    const ask = asker(two);
    expect(ask(from('192.0.2.1')).fields).toEqual({
      'RateLimit-Policy': '"client";q=2;w=10',
      RateLimit: '"client";r=1;t=5',
    });
    ask(from('192.0.2.1'));
    const { answer, fields } = ask(from('192.0.2.1'), { now: 1000 });
    expect(fields).toMatchObject({ RateLimit: '"client";r=0;t=9' });
    expect(answer).toMatchObject({ kind: 'refused', error: { headers: { 'Retry-After': '4' } } });
    expect(ask(from('192.0.2.1'), { now: 5000 }).status).toBe(200);
  });

  it('says whole seconds that are right at whatever fraction of a millisecond it is asked', () => {
    const ask = asker({ ...two, perSeconds: 3600 });
    for (let now = 300_000; now < 310_000; now += 12.345_678) {
      const peer = `10.${Math.floor(now / 256) % 256}.${Math.floor(now) % 256}.${Math.floor(now * 100) % 256}`;
      expect(ask(from(peer), { now }).fields).toMatchObject({ RateLimit: '"client";r=1;t=1800' });
    }
  });

  it.each([
    ['client', 'this client'],
    ['key', 'this API key'],
    ['route', 'all clients of this route together'],
    ['claim:sub', 'this value of the claim sub'],
  ] as const)('by %s says the limit that was exceeded, and when to retry', (by, counted) => {
    const ask = asker({ ...two, burst: 1, by });
    ask(from('192.0.2.1'), { consumer: 'ci' });
    expect(ask(from('192.0.2.1'), { consumer: 'ci' }).answer).toMatchObject({
      error: { message: `Rate limit exceeded: 2 requests per 10 s for ${counted}; retry in 5 s.` },
    });
  });

  it('counts each value of a claim apart, and who has none by address; a value that looks like one is another', () => {
    const ask = asker({ ...two, burst: 1, by: 'claim:sub' });
    const statuses = [
      ask(from('192.0.2.1'), { claim: 'alice' }),
      ask(from('192.0.2.2'), { claim: 'alice' }),
      ask(from('192.0.2.1'), { claim: '192.0.2.1' }),
      ask(from('192.0.2.1')),
      ask(from('192.0.2.1')),
      ask(from('192.0.2.2')),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 429, 200, 200, 429, 200]);
  });

  it('is divided among processes, and leaves each of them at least one', () => {
    const count = (sharedBy: number) => {
      const ask = asker({ ...two, requests: 10, burst: 10 }, sharedBy);
      return Array.from({ length: 20 }, () => ask(from('192.0.2.1')).status).filter((one) => one === 200)
        .length;
    };
    expect([1, 2, 3, 100].map(count)).toEqual([10, 5, 3, 1]);
  });
});
