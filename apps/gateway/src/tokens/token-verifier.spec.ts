import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createRateLimiter } from '../policies/rate-limiter';
import type { TokenVerdict } from '../policies/policy';
import type { JwtAlgorithm, JwtIssuer, JwtRule } from '../routing/policy-rules';
import { createFixedKeys, type KeySource } from './key-source';
import { createTokenVerifier, type TokenVerifierOptions } from './token-verifier';

const NOW = Date.UTC(2026, 10, 27);
const SECRET = randomBytes(32).toString('hex');
const failures = createRateLimiter({ requests: 1, perMs: 1, burst: 1 }, 1);

function ruleFor(issuer: JwtIssuer, more: Partial<JwtRule> = {}): JwtRule {
  return {
    names: [issuer.name],
    issuers: [issuer],
    audience: ['orders'],
    clockToleranceSeconds: 30,
    requiredClaims: [],
    scopes: [],
    scopeClaim: 'scope',
    claimsToHeaders: {},
    from: [],
    keepsToken: true,
    isOptional: false,
    ...more,
  };
}

/** An issuer with one key, and a token of it. */
async function signed(alg: JwtAlgorithm, claims: Readonly<Record<string, unknown>> = {}) {
  const payload = { iss: 'https://idp/', aud: 'orders', exp: NOW / 1000 + 600, ...claims };
  const token = new SignJWT(payload).setProtectedHeader({ alg, kid: 'one' });
  const of = (keys: JwtIssuer['keys']): JwtIssuer => ({
    name: 'idp',
    issuer: 'https://idp/',
    algorithms: [alg],
    keys,
  });
  if (alg.startsWith('HS'))
    return { issuer: of({ from: 'secret', secret: SECRET }), token: await token.sign(Buffer.from(SECRET)) };
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] });
  return { issuer: of({ from: 'file', jwks }), token: await token.sign(privateKey) };
}

function verifierOf(source: KeySource, more: Partial<TokenVerifierOptions> = {}) {
  return createTokenVerifier({ sourceOf: () => source, failures, wallClock: () => NOW, ...more });
}

const ALGORITHMS = ['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA', 'Ed25519', 'HS256'] as const;

describe('a token verifier', () => {
  it.each(ALGORITHMS)('takes %s, and says how long it holds and by which key', async (alg) => {
    const { issuer, token } = await signed(alg);
    const verdict = await verifierOf(createFixedKeys(issuer)).verify(token, ruleFor(issuer));
    expect(verdict).toMatchObject({
      kind: 'valid',
      claims: { iss: 'https://idp/' },
      expiresInMs: 600_000,
      key: { isGone: false },
    });
  });

  it.each(ALGORITHMS)('takes no %s token with any changed character', async (alg) => {
    const { issuer, token } = await signed(alg);
    const verifier = verifierOf(createFixedKeys(issuer));
    const rule = ruleFor(issuer);
    const changed = fc
      .tuple(fc.nat(token.length - 1), fc.integer({ min: 0, max: 255 }))
      .map(([place, code]) => token.slice(0, place) + String.fromCharCode(code) + token.slice(place + 1))
      .filter((other) => other !== token);
    await fc.assert(
      fc.asyncProperty(changed, async (other) => {
        expect((await verifier.verify(other, rule)).kind).toBe('invalid');
      }),
    );
  });

  it.each(ALGORITHMS)('takes no other spelling of the last characters of a %s token', async (alg) => {
    const { issuer, token } = await signed(alg);
    const verifier = verifierOf(createFixedKeys(issuer));
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const others = alphabet.map((last) => token.slice(0, -1) + last).filter((other) => other !== token);
    for (const other of [...others, `${token}A`, `${token}=`, `${token}==`])
      expect((await verifier.verify(other, ruleFor(issuer))).kind).toBe('invalid');
  });

  it.each<[string, Readonly<Record<string, unknown>>, Partial<JwtRule>, TokenVerdict['kind'] | string]>([
    ['within the tolerance', { exp: NOW / 1000 - 29 }, {}, 'valid'],
    ['beyond the tolerance', { exp: NOW / 1000 - 30 }, {}, 'expired'],
    ['that begins within the tolerance', { nbf: NOW / 1000 + 30 }, {}, 'valid'],
    ['that begins later', { nbf: NOW / 1000 + 31 }, {}, 'not-yet'],
    ['for others', { aud: 'others' }, {}, 'audience'],
    ['for others, where anybody will do', { aud: 'others' }, { audience: undefined }, 'valid'],
    ['for several', { aud: ['others', 'orders'] }, {}, 'valid'],
    ['without a claim that is asked for', {}, { requiredClaims: ['sub'] }, 'claims'],
    ['without an expiry', { exp: undefined }, {}, 'claims'],
    ['of another issuer', { iss: 'https://evil/' }, {}, 'issuer'],
  ])('judges a token %s', async (_what, claims, more, expected) => {
    const { issuer, token } = await signed('HS256', claims);
    const verdict = await verifierOf(createFixedKeys(issuer)).verify(token, ruleFor(issuer, more));
    expect(verdict.kind === 'invalid' ? verdict.reason : verdict.kind).toBe(expected);
  });

  describe('while keys are missing', () => {
    const missing = (more: Partial<KeySource>): KeySource => ({
      isAvailable: true,
      count: 0,
      ageMs: undefined,
      find: () => undefined,
      refresh: () => undefined,
      trust: () => undefined,
      stop: () => undefined,
      ...more,
    });

    it('says whether it is the key or all of them', async () => {
      const { issuer, token } = await signed('ES256');
      const rule = ruleFor(issuer);
      expect(await verifierOf(missing({})).verify(token, rule)).toMatchObject({ kind: 'invalid' });
      expect(await verifierOf(missing({ isAvailable: false })).verify(token, rule)).toEqual({
        kind: 'no-keys',
      });
      const forgotten = createTokenVerifier({ sourceOf: () => undefined, failures, wallClock: () => NOW });
      expect(await forgotten.verify(token, rule)).toEqual({ kind: 'no-keys' });
    });

    it('waits for those that are on their way, and keeps verifying what it can meanwhile', async () => {
      const { issuer, token } = await signed('ES256');
      const known = createFixedKeys(issuer);
      let arrive = (): void => undefined;
      const arrival = new Promise<void>((resolve) => (arrive = resolve));
      let hasArrived = false;
      const coming = missing({
        refresh: () => arrival,
        find: (query) => (hasArrived ? known.find(query) : undefined),
      });
      const verifier = verifierOf(coming, { maxWaiting: 2, maxUnderWay: 3 });
      const rule = ruleFor(issuer);
      const waiting = [verifier.verify(token, rule), verifier.verify(token, rule)];
      expect(await verifier.verify(token, rule)).toEqual({ kind: 'busy' });
      hasArrived = true;
      expect(await verifier.verify(token, rule)).toMatchObject({ kind: 'valid' });
      arrive();
      expect(await Promise.all(waiting)).toMatchObject([{ kind: 'valid' }, { kind: 'valid' }]);
    });
  });

  it('verifies no more at a time than it may', async () => {
    const { issuer, token } = await signed('ES256');
    const verifier = verifierOf(createFixedKeys(issuer), { maxUnderWay: 2 });
    const verdicts = await Promise.all([1, 2, 3].map(() => verifier.verify(token, ruleFor(issuer))));
    expect(verdicts.map(({ kind }) => kind)).toEqual(['valid', 'valid', 'busy']);
    expect((await verifier.verify(token, ruleFor(issuer))).kind).toBe('valid');
  });
});
