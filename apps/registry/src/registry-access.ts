import type { Logger } from '@rollcall/service-kit';
import { Counter, type Registry } from 'prom-client';
import type { AccessSettings } from './access-settings';
import { DENIAL_REASONS, type AccessDenial } from './access/access-denial';
import { sharedToken } from './access/access-token';
import { OPEN_ACCESS, type AccessRule } from './access/authorise';
import type { Clock } from './ports/clock';
import type { TokenSource } from './ports/token-source';
import { createTokenReloadLoop, type TokenEvent } from './token-reload-loop';

/** The access rule of this registry, followed as long as it runs. */
export interface RegistryAccess {
  /** @throws ConfigError when the tokens are invalid: no caller could be authenticated */
  start(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** The rule in force; another object once a token file has changed. */
  rule(): AccessRule;
}

/** Told of the rule whenever another comes into force. */
export type RuleListener = (rule: AccessRule) => void;

export interface RegistryAccessOptions {
  readonly settings: AccessSettings;
  /** What REGISTRY_TOKENS_FILE names. */
  readonly tokenFile: (path: string) => TokenSource;
  readonly onRule: RuleListener;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Access control by the settings: open, one token, or a token file that is reloaded. */
export function createRegistryAccess(options: RegistryAccessOptions): RegistryAccess {
  const { settings, tokenFile, clock, logger, onRule } = options;
  const { REGISTRY_AUTH, REGISTRY_TOKEN, REGISTRY_TOKENS_FILE } = settings;
  if (REGISTRY_AUTH === 'off') return openAccess(logger);
  if (REGISTRY_TOKENS_FILE === undefined)
    return fixedAccess({
      kind: 'tokens',
      tokens: REGISTRY_TOKEN === undefined ? [] : [sharedToken(REGISTRY_TOKEN)],
    });

  let rule: AccessRule = { kind: 'tokens', tokens: [] };
  const reload = createTokenReloadLoop({
    source: tokenFile(REGISTRY_TOKENS_FILE),
    clock,
    onEvent(event) {
      logTokenEvent(logger, event);
      if (event.event === 'tokens_refused') return;
      const certificates = reload.certificates();
      rule = {
        kind: 'tokens',
        tokens: reload.tokens(),
        ...(certificates && { certificates }),
        routes: reload.routes(),
      };
      onRule(rule);
    },
  });
  return { start: () => reload.start(), stop: () => reload.stop(), rule: () => rule };
}

/** Audits refused calls: each is a line in the log, and counted. */
export function createAccessAudit(logger: Logger, registry: Registry): (denial: AccessDenial) => void {
  const denials = new Counter({
    name: 'rollcall_registry_access_denied_total',
    help: `Calls that were refused, by reason: ${DENIAL_REASONS.join(', ')}.`,
    labelNames: ['reason'],
    registers: [registry],
  });
  // A counter that begins at 1 has not risen, as far as Prometheus can tell: the first refusal would cause no alert.
  for (const reason of DENIAL_REASONS) denials.inc({ reason }, 0);
  return (denial) => {
    denials.labels(denial.reason).inc();
    logger.warn('access denied', denial);
  };
}

function openAccess(logger: Logger): RegistryAccess {
  return {
    ...fixedAccess(OPEN_ACCESS),
    start() {
      logger.warn(
        'access control is off (REGISTRY_AUTH=off): every caller may register, drain and remove instances; ' +
          'set REGISTRY_TOKEN or REGISTRY_TOKENS_FILE to ask for tokens',
        { event: 'access_open' },
      );
      return Promise.resolve();
    },
  };
}

function fixedAccess(rule: AccessRule): RegistryAccess {
  return { start: () => Promise.resolve(), stop: () => Promise.resolve(), rule: () => rule };
}

function logTokenEvent(logger: Logger, event: TokenEvent): void {
  if (event.event === 'tokens_loaded') logger.info('access tokens loaded', event);
  else
    logger.error(
      'REGISTRY_TOKENS_FILE is invalid and was not loaded; the tokens loaded before stay in force until it is mended',
      event,
    );
}
