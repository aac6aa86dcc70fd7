import type { Fault } from '@rollcall/contracts';
import { AppError } from '../errors/app-error';
import { ConfigError } from '../config/config-error';
import type { ConfigDefinition } from '../config/define-config';
import type { ProcessSettings } from '../config/process-settings';
import { logOutputTo } from '../logging/log-output';
import { createLogger, type Logger } from '../logging/logger';

/** What runs: both calls are awaited, `stop` also after a start that failed half way. */
export interface Service {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** Resolves, if it has to, with why it cannot go on: nothing is left to stop in order, and the process ends with 1. */
  readonly lost?: Promise<AppError>;
}

export interface RunServiceOptions<C extends ProcessSettings> {
  readonly config: ConfigDefinition<C>;
  /** Wires the app from its settings; opens nothing yet. */
  readonly compose: (config: Readonly<C>, kit: { logger: Logger }) => Service;
  /** Arranges for `stop` to be called when it is time, with what asked for it. Default: SIGTERM and SIGINT. */
  readonly stopWhen?: (stop: (why: string) => void) => void;
}

/** Exit codes: 0 stopped when asked to, 1 could not start or broke, 2 bad configuration, a file that it names included. */
const EXIT = { stopped: 0, broken: 1, badConfiguration: 2 } as const;

/**
 * A service's whole life in a process: settings, start, and on SIGTERM or SIGINT a stop that ends with exit code 0.
 * A second signal does not wait any longer.
 */
export function runService<C extends ProcessSettings>({
  config,
  compose,
  stopWhen = whenSignalled,
}: RunServiceOptions<C>): void {
  // Warnings of Node's own go there, and a closed one must not end the process either.
  logOutputTo(process.stderr);
  const warnings: Fault[] = [];
  const settings = readOrExit(config, (warning) => warnings.push(warning));
  const logger = createLogger({
    service: settings.SERVICE_NAME,
    level: settings.LOG_LEVEL,
    pretty: settings.NODE_ENV !== 'production',
    forwarded: settings.ACCESS_LOG_FORWARDED,
  });
  logger.debug('effective configuration', { event: 'configured', ...config.describe(settings) });
  for (const { path, message } of warnings)
    logger.warn(message, { event: 'setting_without_effect', setting: path });

  process.on('uncaughtException', (error) => fail('uncaught exception', error));
  process.on('unhandledRejection', (error) => fail('unhandled rejection', error));

  const service = composed();
  let stopping = false;
  stopWhen((why) => void stop(why));
  void service.lost?.then(({ code, message }) => {
    logger.error(message, { event: 'lost', code });
    process.exit(EXIT.broken);
  });

  service.start().then(
    () => {
      // A start that was cut short resolves too.
      if (!stopping) logger.info('started', { event: 'started', pid: process.pid });
    },
    async (error: unknown) => {
      logFailure(error);
      await service.stop().catch(() => undefined);
      process.exit(exitCodeOf(error));
    },
  );

  /** Some of what a setting names is opened when the app is put together. */
  function composed(): Service {
    try {
      return compose(settings, { logger });
    } catch (error) {
      logFailure(error);
      process.exit(exitCodeOf(error));
    }
  }

  function logFailure(error: unknown): void {
    logger.error(messageOf(error), { event: 'start_failed', ...(isExpected(error) ? {} : { error }) });
  }

  async function stop(why: string): Promise<void> {
    if (stopping) process.exit(EXIT.broken);
    stopping = true;
    logger.info('stopping', { event: 'stopping', signal: why });
    try {
      await service.stop();
      logger.info('stopped', { event: 'stopped' });
      process.exit(EXIT.stopped);
    } catch (error) {
      fail('could not stop in order', error);
    }
  }

  function fail(message: string, error: unknown): void {
    logger.error(message, { event: 'broken', error });
    process.exit(EXIT.broken);
  }
}

function whenSignalled(stop: (why: string) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));
}

function readOrExit<C extends ProcessSettings>(
  config: ConfigDefinition<C>,
  onWarning: (warning: Fault) => void,
): Readonly<C> {
  try {
    return config.read(process.env, onWarning);
  } catch (error) {
    // There is no logger yet: its level and format are settings too.
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(EXIT.badConfiguration);
  }
}

function exitCodeOf(error: unknown): number {
  const isOfSetting =
    error instanceof ConfigError || (error instanceof AppError && error.setting !== undefined);
  return isOfSetting ? EXIT.badConfiguration : EXIT.broken;
}

/** Errors that a person mends by reading the message; a stack would only hide it. */
const isExpected = (error: unknown): boolean => error instanceof AppError || error instanceof ConfigError;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
