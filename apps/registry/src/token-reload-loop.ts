import { isDeepStrictEqual } from 'node:util';
import { ConfigError, createFileWatchLoop, type NextLook } from '@rollcall/service-kit';
import type { AccessCertificate } from './access/access-certificate';
import { sameTokens, type AccessToken } from './access/access-token';
import type { RouteRight } from './access/route-rights';
import type { Clock } from './ports/clock';
import type { TokenReading, TokenSource } from './ports/token-source';

/** What a reading came to, as the fields of a log line; secrets are in neither. */
export type TokenEvent =
  | { readonly event: 'tokens_loaded'; readonly names: readonly string[] }
  /** The tokens read before stay in force. */
  | { readonly event: 'tokens_refused'; readonly faults: readonly string[] };

export interface TokenReloadLoop {
  /** Reads the tokens, and goes on reading them. Rejects with a ConfigError when they are invalid: no caller could be authenticated. */
  start(): Promise<void>;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
  /** Those of the last good reading. */
  tokens(): readonly AccessToken[];
  /** Those of the last good reading; `undefined` where the file has none. */
  certificates(): readonly AccessCertificate[] | undefined;
  /** By service: paths that its writers may announce. */
  routes(): ReadonlyMap<string, readonly RouteRight[]>;
}

export interface TokenReloadLoopOptions {
  readonly source: TokenSource;
  readonly clock: Clock;
  /** Called for each set of tokens that comes into force, and once for each reading that is newly bad. */
  readonly onEvent: (event: TokenEvent) => void;
  /**
   * Too low reads the disk for nothing; too high is how long a revoked token still works. Default 2 s: what it has
   * opened is to be gone within 5 s, on a busy machine too.
   */
  readonly everyMs?: number;
}

const SETTING = 'REGISTRY_TOKENS_FILE';

/** Follows the rotation of tokens. A bad reading changes nothing. SIGHUP has the file read at once. */
export function createTokenReloadLoop(options: TokenReloadLoopOptions): TokenReloadLoop {
  const { source, clock, onEvent, everyMs = 2000 } = options;
  let tokens: readonly AccessToken[] = [];
  let certificates: readonly AccessCertificate[] | undefined;
  let routes: ReadonlyMap<string, readonly RouteRight[]> = new Map();
  let said = '';
  const loop = createFileWatchLoop({
    look,
    everyMs,
    after: (ms, callback) => clock.after(ms, callback),
  });

  return {
    async start() {
      const reading = await source.read();
      if ('faults' in reading)
        throw new ConfigError(
          reading.faults.map((fault) => ({ path: SETTING, message: `${SETTING} ${fault}` })),
        );
      accept(reading);
      loop.start();
    },
    stop: () => loop.stop(),
    tokens: () => tokens,
    certificates: () => certificates,
    routes: () => routes,
  };

  async function look(): Promise<NextLook> {
    const reading = await source.read();
    if ('faults' in reading) complain(reading.faults);
    else if (said !== '' || !isInForce(reading)) accept(reading);
    return 'later';
  }

  function isInForce(reading: GoodReading): boolean {
    return (
      sameTokens(reading.tokens, tokens) &&
      isDeepStrictEqual(reading.certificates ?? [], certificates ?? []) &&
      isDeepStrictEqual(reading.routes ?? new Map(), routes)
    );
  }

  function accept(accepted: GoodReading): void {
    tokens = accepted.tokens;
    certificates = accepted.certificates;
    routes = accepted.routes ?? new Map();
    said = '';
    onEvent({ event: 'tokens_loaded', names: [...tokens, ...(certificates ?? [])].map(({ name }) => name) });
  }

  function complain(faults: readonly string[]): void {
    const saying = faults.join('; ');
    if (saying === said) return;
    said = saying;
    onEvent({ event: 'tokens_refused', faults });
  }
}

type GoodReading = Extract<TokenReading, { tokens: unknown }>;
