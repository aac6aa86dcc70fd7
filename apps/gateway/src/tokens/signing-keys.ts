import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import Joi from 'joi';
import type { JwtAlgorithm } from '../routing/policy-rules';

/** A key that an issuer's signatures are verified with. */
export interface SigningKey {
  /** `kid`. */
  readonly id: string | undefined;
  /** Of its issuer's algorithms those that it is for. */
  readonly algorithms: readonly JwtAlgorithm[];
  readonly key: KeyObject;
  /** Its issuer has it no more: what it has signed is not taken any longer. */
  isGone: boolean;
}

/** Which key a token asks for. */
export interface KeyQuery {
  readonly kid: string | undefined;
  readonly alg: string;
}

const MAX_KEYS = 100;
/** RFC 7518 §3.3 and §3.5. */
const LEAST_RSA_BITS = 2048;
/** A larger one makes each verification too dear. */
const MOST_RSA_BITS = 8192;

/** RFC 7518 §3.4. */
const CURVES: Readonly<Partial<Record<JwtAlgorithm, string>>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** The members of a public key; what else stands in a JWK, such as `jku` or `x5u`, is not followed. */
const PUBLIC_MEMBERS = ['kty', 'n', 'e', 'crv', 'x', 'y'] as const;

const jwkSetSchema = Joi.object<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>({
  keys: Joi.array().items(Joi.object().unknown()).required(),
})
  .unknown()
  .required();

/**
 * The keys of a JWK Set (RFC 7517 §5) that are of use for these algorithms; others are ignored, as §5 asks for.
 *
 * @returns the fault as the rest of a sentence that begins with where the set is, where not one key is of use
 */
export function readKeySet(
  text: string,
  algorithms: readonly JwtAlgorithm[],
): { readonly keys: readonly SigningKey[] } | { readonly fault: string } {
  const { value, error } = jwkSetSchema.validate(parsed(text));
  if (error !== undefined) return { fault: 'is not a JWK Set: an object with a list of keys is expected' };
  if (value.keys.length > MAX_KEYS)
    return { fault: `has ${value.keys.length} keys, and at most ${MAX_KEYS} are taken` };
  const keys = value.keys.flatMap((jwk) => signingKeyOf(jwk, algorithms) ?? []);
  return keys.length === 0 ? { fault: `has no public key for ${algorithms.join(', ')}` } : { keys };
}

/** The one key of an issuer that shares a secret. */
export function secretKey(secret: string, algorithms: readonly JwtAlgorithm[]): SigningKey {
  return { id: undefined, algorithms, key: createSecretKey(secret, 'utf8'), isGone: false };
}

/** The key that a token is to be verified with: the only one that fits, since trying several would let tokens cost more. */
export function findKey(keys: readonly SigningKey[], { kid, alg }: KeyQuery): SigningKey | undefined {
  const [found, another] = keys.filter(
    ({ id, algorithms }) => algorithms.some((one) => one === alg) && (kid === undefined || kid === id),
  );
  return another === undefined ? found : undefined;
}

/** The keys `after`, of which those that were there `before` are the very objects that they were; all others of `before` are gone. */
export function keepKeys(before: readonly SigningKey[], after: readonly SigningKey[]): readonly SigningKey[] {
  const kept = after.map((key) => before.find((one) => isSameKey(one, key)) ?? key);
  for (const key of before) if (!kept.includes(key)) key.isGone = true;
  return kept;
}

function isSameKey(one: SigningKey, other: SigningKey): boolean {
  return (
    one.id === other.id && one.algorithms.join() === other.algorithms.join() && one.key.equals(other.key)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function signingKeyOf(
  jwk: Readonly<Record<string, unknown>>,
  wanted: readonly JwtAlgorithm[],
): SigningKey | undefined {
  const { kid, use, alg, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return undefined;
  if (Array.isArray(operations) && !operations.includes('verify')) return undefined;
  // A private key that is published signs for everybody.
  if ('d' in jwk) return undefined;
  const key = publicKeyOf(jwk);
  if (key === undefined) return undefined;
  const algorithms = wanted.filter((one) => (alg === undefined || alg === one) && isKeyFor(one, key));
  return algorithms.length === 0
    ? undefined
    : { id: typeof kid === 'string' ? kid : undefined, algorithms, key, isGone: false };
}

function publicKeyOf(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  const key: JsonWebKey = {};
  for (const name of PUBLIC_MEMBERS) {
    const member = jwk[name];
    if (typeof member === 'string') key[name] = member;
  }
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isKeyFor(
  algorithm: JwtAlgorithm,
  { asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject,
): boolean {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails;
  const curve = CURVES[algorithm];
  if (curve !== undefined) return asymmetricKeyType === 'ec' && namedCurve === curve;
  if (algorithm === 'EdDSA' || algorithm === 'Ed25519') return asymmetricKeyType === 'ed25519';
  return (
    /^[RP]S/.test(algorithm) &&
    asymmetricKeyType === 'rsa' &&
    modulusLength >= LEAST_RSA_BITS &&
    modulusLength <= MOST_RSA_BITS
  );
}
