import type { JwtIssuer } from '../routing/policy-rules';
import { findKey, readKeySet, secretKey, type KeyQuery, type SigningKey } from './signing-keys';

/** The keys of one issuer, as they are now. */
export interface KeySource {
  /** Keys are known, or were until not too long ago. */
  readonly isAvailable: boolean;
  /** How many there are; 0 where they are not available. */
  readonly count: number;
  /** Since when they are known, milliseconds; `undefined` for keys that are not fetched, or were not yet. */
  readonly ageMs: number | undefined;
  find(query: KeyQuery): SigningKey | undefined;
  /**
   * Looks for keys early, since one is asked for that is not known.
   *
   * @returns what to wait for, which never rejects; `undefined` where there is nothing to wait for
   */
  refresh(): Promise<void> | undefined;
  /**
   * The issuer's server is verified by these authorities from now on. What it has told before stays.
   *
   * @param ca PEM text; `undefined` for those of Node
   */
  trust(ca: string | undefined): void;
  /** The issuer is not asked any more, and its keys are gone. Idempotent. */
  stop(): void;
}

/** The keys of an issuer that come with the routes file; another content makes another issuer. */
export function createFixedKeys({ keys: given, algorithms }: JwtIssuer): KeySource {
  const keys = fixedKeys(given, algorithms);
  return {
    isAvailable: true,
    count: keys.length,
    ageMs: undefined,
    // A shared secret is one key, whatever its issuer calls it.
    find: ({ kid, alg }) => findKey(keys, { kid: given.from === 'secret' ? undefined : kid, alg }),
    refresh: () => undefined,
    // Nothing is fetched.
    trust: () => undefined,
    stop() {
      for (const key of keys) key.isGone = true;
    },
  };
}

function fixedKeys(given: JwtIssuer['keys'], algorithms: JwtIssuer['algorithms']): readonly SigningKey[] {
  if (given.from === 'secret') return [secretKey(given.secret, algorithms)];
  const reading = given.from === 'file' ? readKeySet(given.jwks, algorithms) : { keys: [] };
  return 'keys' in reading ? reading.keys : [];
}
