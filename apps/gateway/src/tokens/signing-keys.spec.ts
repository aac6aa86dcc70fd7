import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { findKey, keepKeys, readKeySet, type SigningKey } from './signing-keys';

const jwkOf = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: 'jwk' }), ...more });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
const ed25519 = generateKeyPairSync('ed25519').publicKey;

const ALL = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
const read = (...keys: readonly object[]) => readKeySet(JSON.stringify({ keys }), ALL);
const keysOf = (...jwks: readonly object[]): readonly SigningKey[] => {
  const reading = read(...jwks);
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.keys;
};

describe('a set of keys', () => {
  it.each([
    ['RSA', jwkOf(rsa), ['RS256', 'PS256']],
    ['RSA for one algorithm', jwkOf(rsa, { alg: 'PS256' }), ['PS256']],
    ['P-256', jwkOf(p256.publicKey), ['ES256']],
    ['P-384', jwkOf(p384, { use: 'sig', key_ops: ['verify'] }), ['ES384']],
    ['Ed25519', jwkOf(ed25519), ['EdDSA']],
  ])('knows what %s is for', (_kind, jwk, algorithms) => {
    expect(keysOf(jwk)[0]?.algorithms).toEqual(algorithms);
  });

  it.each([
    ['is for encryption', jwkOf(rsa, { use: 'enc' })],
    ['is for signing', jwkOf(rsa, { key_ops: ['sign'] })],
    ['is for another algorithm', jwkOf(rsa, { alg: 'RS512' })],
    ['names the algorithm of another kind', jwkOf(rsa, { alg: 'ES256' })],
    ['is too short', jwkOf(shortRsa)],
    ['is private', jwkOf(p256.privateKey)],
    ['is a secret', { kty: 'oct', k: 'AAAA' }],
    ['is of an unknown kind', { kty: 'AKP', pub: 'AAAA' }],
    ['lacks a member', { ...jwkOf(p256.publicKey), y: undefined }],
    ['is no point of its curve', { ...jwkOf(p256.publicKey), y: 'AAAA' }],
    ['is a certificate elsewhere', { kty: 'RSA', x5u: 'https://evil.example/' }],
  ])('leaves a key out that %s, and keeps the others', (_why, jwk) => {
    expect(read(jwk)).toEqual({ fault: expect.stringMatching(/^has no public key for RS256/) as string });
    expect(keysOf(jwk, jwkOf(rsa, { kid: 'good' })).map(({ id }) => id)).toEqual(['good']);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a page', '<html></html>'],
    ['without keys', '{}'],
    ['of text', '{"keys":["a"]}'],
    ['of null', '{"keys":[null]}'],
  ])('is refused when it is %s', (_what, text) => {
    expect(readKeySet(text, ALL)).toEqual({ fault: expect.stringMatching(/^is not a JWK Set/) as string });
  });

  it('is refused when it is empty, or larger than any issuer has it', () => {
    expect(read()).toEqual({ fault: 'has no public key for RS256, PS256, ES256, ES384, EdDSA' });
    expect(read(...Array<object>(101).fill(jwkOf(p384)))).toEqual({
      fault: 'has 101 keys, and at most 100 are taken',
    });
  });

  it('finds the one key that fits, and none where several do', () => {
    const keys = keysOf(jwkOf(rsa, { kid: 'a' }), jwkOf(p256.publicKey, { kid: 'b' }), jwkOf(p384));
    expect(findKey(keys, { kid: 'b', alg: 'ES256' })?.id).toBe('b');
    expect(findKey(keys, { kid: undefined, alg: 'PS256' })?.id).toBe('a');
    expect(findKey(keys, { kid: 'b', alg: 'RS256' })).toBeUndefined();
    expect(findKey(keys, { kid: 'c', alg: 'ES384' })).toBeUndefined();
    expect(findKey(keys, { kid: '__proto__', alg: 'ES384' })).toBeUndefined();
    expect(findKey([...keys, ...keys], { kid: undefined, alg: 'ES384' })).toBeUndefined();
  });

  it('keeps the keys that stay, and marks those that go', () => {
    const before = keysOf(
      jwkOf(rsa, { kid: 'a' }),
      jwkOf(p256.publicKey, { kid: 'b' }),
      jwkOf(p384, { kid: 'c' }),
    );
    // `b` is another key now, and `a` has another name.
    const after = keepKeys(
      before,
      keysOf(
        jwkOf(rsa, { kid: 'd' }),
        jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, { kid: 'b' }),
        jwkOf(p384, { kid: 'c' }),
      ),
    );
    expect(before.map(({ isGone }) => isGone)).toEqual([true, true, false]);
    expect(after.map(({ isGone }) => isGone)).toEqual([false, false, false]);
    expect(after[2]).toBe(before[2]);
  });
});
