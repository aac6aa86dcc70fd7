import type { Fault } from '@rollcall/contracts';
import { AppError } from '../errors/app-error';
import { ConfigError } from '../config/config-error';
import type { ConfigDefinition } from '../config/define-config';
import type { ProcessSettings } from '../config/process-settings';
import { logOutputTo } from '../logging/log-output';
import { createLogger, type Logger } from '../logging/logger';
import { startTracer, type RunningTracer } from '../tracing/start-tracer';
import type { Tracer } from '../tracing/tracer';

/** What runs in the process. Both calls are awaited; `stop` is also called after a start that failed half way. */
export interface Service {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** Resolves with the reason if the service cannot go on: there is nothing left to stop, and the process exits with 1. */
  readonly lost?: Promise<AppError>;
}

/** What an app is given besides its settings. */
export interface ServiceKit {
  readonly logger: Logger;
  /** Records spans; `undefined` while tracing is off. */
  readonly tracer?: Tracer | undefined;
}

export interface RunServiceOptions<C extends ProcessSettings> {
  readonly config: ConfigDefinition<C>;
  /** Wires the app from its settings; opens no port or file yet. */
  readonly compose: (config: Readonly<C>, kit: ServiceKit) => Service;
  /** Calls `stop` when the service has to stop, with what requested it. Default: SIGTERM and SIGINT. */
  readonly stopWhen?: (stop: (why: string) => void) => void;
}

/** Exit codes: 0 stopped on request, 1 failed to start or crashed, 2 bad configuration, files that it names included. */
const EXIT = { stopped: 0, broken: 1, badConfiguration: 2 } as const;

/**
 * Runs a service as a process: reads the settings, starts, and on SIGTERM or SIGINT stops with exit code 0. A second
 * signal ends the process at once.
 */
export function runService<C extends ProcessSettings>({
  config,
  compose,
  stopWhen = whenSignalled,
}: RunServiceOptions<C>): void {
  // Node's own warnings go there, and a closed pipe must not crash the process.
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

  let service: Service | undefined;
  let tracing: RunningTracer | undefined;
  let stopping = false;
  stopWhen((why) => void stop(why));
  void run();

  async function run(): Promise<void> {
    try {
      tracing = await startTracer(settings, { logger });
      if (stopping) return;
      // Composing opens some of what settings name, and may fail.
      service = compose(settings, { logger, tracer: tracing?.tracer });
      void service.lost?.then(({ code, message }) => {
        logger.error(message, { event: 'lost', code });
        process.exit(EXIT.broken);
      });
      await service.start();
      // A start that was aborted by a stop resolves, too.
      if (!stopping) logger.info('started', { event: 'started', pid: process.pid });
    } catch (error) {
      logFailure(error);
      await service?.stop().catch(() => undefined);
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
      await service?.stop();
      // Last, for requests that were in flight have only now ended.
      await tracing?.stop();
      logger.info('stopped', { event: 'stopped' });
      process.exit(EXIT.stopped);
    } catch (error) {
      fail('graceful shutdown failed', error);
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
    // There is no logger yet: its level and format are settings, too.
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(EXIT.badConfiguration);
  }
}

function exitCodeOf(error: unknown): number {
  const isOfSetting =
    error instanceof ConfigError || (error instanceof AppError && error.setting !== undefined);
  return isOfSetting ? EXIT.badConfiguration : EXIT.broken;
}

/** Errors whose message says how to mend them; a stack trace would hide it. */
const isExpected = (error: unknown): boolean => error instanceof AppError || error instanceof ConfigError;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
