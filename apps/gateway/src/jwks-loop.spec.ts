/** @jest-environment node */
import { generateKeyPairSync } from 'node:crypto';
import { createJwksLoop, type JwksEvent } from './jwks-loop';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const jwk = (kid: string) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
});
const [a, b] = [jwk('a'), jwk('b')];
const setOf = (...keys: readonly object[]) => JSON.stringify({ keys });

/** A loop on the clock of the test, and the issuer that it asks. */
function rig(answer: string | Error) {
  const issuer = { answer, fetches: 0, trusted: [] as (string | undefined)[] };
  const events: JwksEvent[] = [];
  const loop = createJwksLoop({
    algorithms: ['ES256'],
    ca: 'first',
    fetch(ca) {
      issuer.fetches += 1;
      issuer.trusted.push(ca);
      return issuer.answer instanceof Error ? Promise.reject(issuer.answer) : Promise.resolve(issuer.answer);
    },
    now: () => performance.now(),
    random: () => 0.5,
    onEvent: (event) => events.push(event),
  });
  loop.start();
  return {
    issuer,
    events,
    loop,
    knows: (kid: string) => loop.find({ kid, alg: 'ES256' }) !== undefined,
  };
}

describe('the keys of an issuer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('are fetched at once, and every five minutes', async () => {
    const { issuer, events, loop, knows } = rig(setOf(a));
    expect(loop.isAvailable).toBe(false);
    await pass(0);
    expect(knows('a')).toBe(true);
    await pass(HOUR);
    expect(issuer.fetches).toBe(13);
    expect(events).toEqual([{ type: 'loaded', keys: ['a'] }]);
    loop.stop();
  });

  it.each([
    ['does not answer', new Error('connection refused')],
    ['answers with an empty set', setOf()],
    ['answers with a page', '<html>'],
    ['has only keys of another kind', setOf({ kty: 'oct', k: 'AAAA' })],
  ])('stay as they are for an hour while the issuer %s', async (_what, answer) => {
    const { issuer, events, loop, knows } = rig(setOf(a));
    await pass(0);
    const key = loop.find({ kid: 'a', alg: 'ES256' });
    issuer.answer = answer;
    await pass(HOUR);
    expect(loop.find({ kid: 'a', alg: 'ES256' })).toBe(key);
    expect(key?.isGone).toBe(false);
    expect(events.slice(1)).toEqual([{ type: 'failed', why: expect.any(String) as string, hasKeys: true }]);
    issuer.answer = setOf(a, b);
    await pass(6 * MINUTE);
    expect(knows('b')).toBe(true);
    expect(loop.find({ kid: 'a', alg: 'ES256' })).toBe(key);
    expect(events.at(-1)).toEqual({ type: 'loaded', keys: ['a', 'b'] });
    loop.stop();
  });

  it('are given up after a day without the issuer, and taken again', async () => {
    const { issuer, loop, knows } = rig(setOf(a));
    await pass(0);
    const key = loop.find({ kid: 'a', alg: 'ES256' });
    issuer.answer = new Error('away');
    await pass(24 * HOUR);
    expect(knows('a')).toBe(true);
    await pass(6 * MINUTE);
    expect(loop.isAvailable).toBe(false);
    expect(knows('a')).toBe(false);
    expect(key?.isGone).toBe(true);
    issuer.answer = setOf(a);
    await pass(6 * MINUTE);
    expect(knows('a')).toBe(true);
    loop.stop();
  });

  it('are asked for again soon while there are none', async () => {
    const { issuer, events, loop, knows } = rig(new Error('not up yet'));
    await pass(0);
    expect(events).toEqual([{ type: 'failed', why: 'not up yet', hasKeys: false }]);
    await pass(HOUR);
    const { fetches } = issuer;
    await pass(10_000);
    expect(issuer.fetches).toBe(fetches + 2);
    issuer.answer = setOf(a);
    await pass(5000);
    expect(knows('a')).toBe(true);
    loop.stop();
  });

  it('are fetched once for a thousand unknown key ids, and again after half a minute', async () => {
    const { issuer, loop, knows } = rig(setOf(a));
    await pass(0);
    issuer.answer = setOf(a, b);
    const waits = [];
    for (let count = 0; count < 1000; count += 1) waits.push(loop.refresh());
    expect(new Set(waits).size).toBe(1);
    await waits[0];
    expect(issuer.fetches).toBe(2);
    expect(knows('b')).toBe(true);
    for (let count = 0; count < 1000; count += 1) expect(loop.refresh()).toBeUndefined();
    await pass(29_999);
    expect(loop.refresh()).toBeUndefined();
    await pass(1);
    await loop.refresh();
    expect(issuer.fetches).toBe(3);
    loop.stop();
  });

  it('are fetched early also right after they were fetched by the clock', async () => {
    const { issuer, loop, knows } = rig(setOf(a));
    await pass(5 * MINUTE);
    expect(issuer.fetches).toBe(2);
    issuer.answer = setOf(a, b);
    await loop.refresh();
    expect(knows('b')).toBe(true);
    loop.stop();
  });

  it('go when the issuer withdraws them', async () => {
    const { issuer, events, loop, knows } = rig(setOf(a, b));
    await pass(0);
    const key = loop.find({ kid: 'a', alg: 'ES256' });
    issuer.answer = setOf(b);
    await pass(5 * MINUTE);
    expect([knows('a'), knows('b'), key?.isGone]).toEqual([false, true, true]);
    expect(events.at(-1)).toEqual({ type: 'loaded', keys: ['b'] });
    loop.stop();
  });

  it('are fetched at once when other authorities are trusted, and stay while that fails', async () => {
    const { issuer, loop } = rig(setOf(a));
    await pass(0);
    const key = loop.find({ kid: 'a', alg: 'ES256' });
    loop.trust('first');
    await pass(0);
    expect(issuer.trusted).toEqual(['first']);
    issuer.answer = new Error('not signed by an authority that is trusted here');
    loop.trust('second');
    await pass(0);
    expect(issuer.trusted).toEqual(['first', 'second']);
    expect(loop.find({ kid: 'a', alg: 'ES256' })).toBe(key);
    issuer.answer = setOf(a);
    loop.trust(undefined);
    await pass(0);
    expect(issuer.trusted).toEqual(['first', 'second', undefined]);
    expect(loop.find({ kid: 'a', alg: 'ES256' })).toBe(key);
    expect(key?.isGone).toBe(false);
    loop.stop();
    loop.trust('third');
    await pass(HOUR);
    expect(issuer.fetches).toBe(3);
  });

  it('are fetched again a second after the authorities changed while a fetch by those before was under way', async () => {
    const { issuer, loop, knows } = rig(new Error('not signed by an authority that is trusted here'));
    await pass(HOUR);
    const { fetches } = issuer;
    const underWay = loop.refresh();
    loop.trust('second');
    await underWay;
    expect(issuer.trusted.slice(fetches)).toEqual(['first']);
    issuer.answer = setOf(a);
    await pass(1000);
    expect(issuer.trusted.slice(fetches)).toEqual(['first', 'second']);
    expect(knows('a')).toBe(true);
    loop.stop();
  });

  it('are gone, and not asked for any more, once the loop has stopped', async () => {
    const { issuer, loop } = rig(setOf(a));
    await pass(0);
    const key = loop.find({ kid: 'a', alg: 'ES256' });
    loop.stop();
    await pass(HOUR);
    expect(key?.isGone).toBe(true);
    expect(loop.refresh()).toBeUndefined();
    expect(issuer.fetches).toBe(1);
  });
});
