import winston from 'winston';
import { jsonFormat } from './json-format';
import { prettyFormat } from './pretty-format';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** winston's logger. One event a line: `logger.info('sentence', { event: 'stable_name', …fields })`. */
export type Logger = winston.Logger;

/** Writes to standard output; `pretty` for people, JSON (one object a line) for machines. */
export function createLogger(options: { service: string; level: LogLevel; pretty: boolean }): Logger {
  return winston.createLogger({
    level: options.level,
    format: options.pretty ? prettyFormat() : jsonFormat(),
    defaultMeta: { service: options.service },
    transports: [new winston.transports.Console()],
    // A log that cannot be written (a closed pipe) must not bring the service down.
    exitOnError: false,
  });
}
