import type { Logger } from '@rollcall/service-kit';
import type { AccessSettings } from './access-settings';
import { sharedToken, type AccessToken } from './access/access-token';
import { OPEN_ACCESS, type AccessRule } from './access/authorise';
import type { Clock } from './ports/clock';
import type { TokenSource } from './ports/token-source';
import { createTokenReloadLoop, type TokenEvent } from './token-reload-loop';

/** Who may call this registry, as long as it runs. */
export interface RegistryAccess {
  /** @throws ConfigError when the tokens cannot be used: nobody could be let in */
  start(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** As it is now: a token file may change. */
  rule(): AccessRule;
}

/** Told of the tokens whenever others come into force. */
export type TokensListener = (tokens: readonly AccessToken[]) => void;

export interface RegistryAccessOptions {
  readonly settings: AccessSettings;
  /** What REGISTRY_TOKENS_FILE names. */
  readonly tokenFile: (path: string) => TokenSource;
  readonly onTokens: TokensListener;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the settings say: everybody, the bearers of one token, or those of a file that is followed. */
export function createRegistryAccess(options: RegistryAccessOptions): RegistryAccess {
  const { settings, tokenFile, clock, logger, onTokens } = options;
  const { REGISTRY_AUTH, REGISTRY_TOKEN, REGISTRY_TOKENS_FILE } = settings;
  if (REGISTRY_AUTH === 'off') return openAccess(logger);
  if (REGISTRY_TOKENS_FILE === undefined)
    return fixedAccess({
      kind: 'tokens',
      tokens: REGISTRY_TOKEN === undefined ? [] : [sharedToken(REGISTRY_TOKEN)],
    });

  const reload = createTokenReloadLoop({
    source: tokenFile(REGISTRY_TOKENS_FILE),
    clock,
    onEvent(event) {
      logTokenEvent(logger, event);
      if (event.event === 'tokens_loaded') onTokens(reload.tokens());
    },
  });
  return {
    start: () => reload.start(),
    stop: () => reload.stop(),
    rule: () => ({ kind: 'tokens', tokens: reload.tokens(), routes: reload.routes() }),
  };
}

function openAccess(logger: Logger): RegistryAccess {
  return {
    ...fixedAccess(OPEN_ACCESS),
    start() {
      logger.warn(
        'ANYBODY who reaches this registry may register, drain and remove instances: REGISTRY_AUTH is off',
        {
          event: 'access_open',
        },
      );
      return Promise.resolve();
    },
  };
}

function fixedAccess(rule: AccessRule): RegistryAccess {
  return { start: () => Promise.resolve(), stop: () => Promise.resolve(), rule: () => rule };
}

function logTokenEvent(logger: Logger, event: TokenEvent): void {
  if (event.event === 'tokens_loaded') logger.info('tokens are in force', event);
  else logger.error('the tokens cannot be used; those read before stay in force', event);
}
