import type { KeySource } from './tokens/key-source';
import { findKey, keepKeys, readKeySet, type SigningKey } from './tokens/signing-keys';
import type { JwtAlgorithm } from './routing/policy-rules';

/** What became of an issuer's keys. */
export type JwksEvent =
  /** Told when the keys have changed, and when they could be fetched again. */
  | { readonly type: 'loaded'; readonly keys: readonly string[] }
  /** The keys before stay in use. Told once for each reason. */
  | { readonly type: 'failed'; readonly why: string; readonly hasKeys: boolean };

export interface JwksLoopOptions {
  readonly algorithms: readonly JwtAlgorithm[];
  /** The text of the issuer's JWK Set, from a server that is verified by `ca`; rejects when it cannot be had. */
  readonly fetch: (ca: string | undefined) => Promise<string>;
  /** See `KeySource.trust`. */
  readonly ca?: string | undefined;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly random: () => number;
  readonly onEvent: (event: JwksEvent) => void;
}

export interface JwksLoop extends KeySource {
  /** Fetches for the first time. */
  start(): void;
}

/** Too low asks issuers for nothing; too high takes tokens that much longer whose key was withdrawn. */
const EVERY_MS = 300_000;
/** Gateways that were started together do not ask together: each round is up to so much of it shorter or longer. */
const JITTER = 0.1;
/** After a failure, doubled with each further one: an issuer that restarts is back within seconds. */
const FIRST_RETRY_MS = 1000;
/** The longest wait while there are no keys at all: every request with a token is answered with 503 until then. */
const LAST_RETRY_WITHOUT_KEYS_MS = 5000;
/** For all unknown keys together: anybody can make up a key id. Too high lets a key that is used at once wait. */
const EARLY_EVERY_MS = 30_000;
/** How long keys are used that could not be fetched again: a day, so that an issuer's outage does not become ours. */
const KEEP_MS = 86_400_000;

/**
 * Follows the keys of an issuer. A set that cannot be fetched, or has no usable key, changes nothing. A token that names an
 * unknown key has the set fetched early.
 */
export function createJwksLoop(options: JwksLoopOptions): JwksLoop {
  const { algorithms, fetch, now, random, onEvent } = options;
  let { ca } = options;
  let keys: readonly SigningKey[] = [];
  let fetchedAt: number | undefined;
  let earlyAt = -Infinity;
  let failures = 0;
  let said = '';
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function isAvailable(): boolean {
    return fetchedAt !== undefined && now() - fetchedAt <= KEEP_MS;
  }

  function ask(): Promise<void> {
    clearTimeout(timer);
    running = fetch(ca)
      .then(take, (error: unknown) => fail(error instanceof Error ? error.message : String(error)))
      .then(sleep);
    return running;
  }

  function take(text: string): void {
    if (stopped) return;
    const reading = readKeySet(text, algorithms);
    if ('fault' in reading) return fail(`the answer ${reading.fault}`);
    const before = keys;
    keys = keepKeys(before, reading.keys);
    fetchedAt = now();
    failures = 0;
    const isSame = keys.length === before.length && keys.every((key) => before.includes(key));
    if (!isSame || said !== '') onEvent({ type: 'loaded', keys: keys.map(({ id = 'without kid' }) => id) });
    said = '';
  }

  function fail(why: string): void {
    if (stopped) return;
    failures += 1;
    if (!isAvailable()) keys = keepKeys(keys, []);
    if (why === said) return;
    said = why;
    onEvent({ type: 'failed', why, hasKeys: keys.length > 0 });
  }

  function sleep(): void {
    running = undefined;
    if (stopped) return;
    const longest = keys.length === 0 ? LAST_RETRY_WITHOUT_KEYS_MS : EVERY_MS;
    const ms = failures === 0 ? EVERY_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), longest);
    timer = setTimeout(() => void ask(), ms * (1 + JITTER * (2 * random() - 1)));
    timer.unref();
  }

  return {
    get isAvailable() {
      return isAvailable();
    },
    get count() {
      return isAvailable() ? keys.length : 0;
    },
    get ageMs() {
      return fetchedAt === undefined ? undefined : now() - fetchedAt;
    },
    find: (query) => (isAvailable() ? findKey(keys, query) : undefined),
    refresh() {
      if (running !== undefined || stopped) return running;
      if (now() - earlyAt < EARLY_EVERY_MS) return undefined;
      earlyAt = now();
      return ask();
    },
    trust(authorities) {
      if (authorities === ca || stopped) return;
      ca = authorities;
      // What is under way may fail for those before, and is then repeated soon.
      failures = 0;
      if (running === undefined) void ask();
    },
    start: () => void ask(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      keys = keepKeys(keys, []);
    },
  };
}
