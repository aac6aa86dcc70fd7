import type { Logger } from '@rollcall/service-kit';
import { fetchJwks } from './adapters/fetch-jwks';
import { composeAddressGuard, type TransportSettings } from './compose-transport';
import { logJwksEvent } from './event-logger';
import { createJwksLoop } from './jwks-loop';
import { createFixedKeys } from './tokens/key-source';
import { createKeySources, type KeySources } from './tokens/key-sources';
import { createTokenVerifier } from './tokens/token-verifier';
import type { TokenVerifier } from './policies/policy';
import { createRateLimiter } from './policies/rate-limiter';
import { shareOfRate } from './policies/share-of-limits';

export interface TokensOptions {
  readonly logger: Logger;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly random: () => number;
  /** How many processes share a gateway's limits; each of them fetches the issuers' keys for itself. */
  readonly workers: number;
}

/** Refused tokens of one client a second: each costs as much as a proxied request or two. */
const FAILURES_A_SECOND = 20;
const MAX_CLIENTS = 50_000;

/** What verifies callers' tokens, and the keys for it. */
export function composeTokens(
  settings: TransportSettings,
  { logger, now, random, workers }: TokensOptions,
): { readonly keySources: KeySources; readonly tokens: TokenVerifier } {
  const guard = composeAddressGuard(settings);
  const keySources = createKeySources({
    open(issuer) {
      const { keys, algorithms, name } = issuer;
      if (keys.from !== 'url') return createFixedKeys(issuer);
      const loop = createJwksLoop({
        algorithms,
        fetch: (ca) => fetchJwks(keys.url, { guard, ca }),
        ca: keys.ca,
        now,
        random,
        onEvent: (event) => logJwksEvent(logger, name, event),
      });
      loop.start();
      return loop;
    },
  });
  const failures = shareOfRate(FAILURES_A_SECOND, workers);
  const tokens = createTokenVerifier({
    sourceOf: keySources.of,
    failures: createRateLimiter({ requests: failures, perMs: 1000, burst: failures }, MAX_CLIENTS),
    wallClock: Date.now,
  });
  return { keySources, tokens };
}
