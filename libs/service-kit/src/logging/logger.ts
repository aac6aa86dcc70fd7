import winston from 'winston';
import { jsonFormat } from './json-format';
import { logOutputTo } from './log-output';
import { LogTransport } from './log-transport';
import { prettyFormat } from './pretty-format';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** winston's logger. One event a line: `logger.info('sentence', { event: 'stable_name', …fields })`. */
export type Logger = winston.Logger;

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** For people; JSON else. */
  readonly pretty: boolean;
  /** Whether requests have a line that came from another process with a trace, which has one for them. Default: true. */
  readonly forwarded?: boolean;
}

/**
 * Writes to standard output; `pretty` for people, JSON (one object a line) for machines. A process outlives its log:
 * lines that cannot be written are counted, and told of as soon as there is somebody to tell.
 */
export function createLogger(options: LoggerOptions): Logger {
  const tellLost = (lines: number): void => {
    logger.warn(`${lines} lines before this one were lost: whatever reads this log did not take them`, {
      event: 'log_lines_lost',
      lines,
    });
  };
  const written = options.pretty ? prettyFormat() : jsonFormat();
  const logger = winston.createLogger({
    level: options.level,
    format: options.forwarded === false ? winston.format.combine(withoutForwarded(), written) : written,
    defaultMeta: { service: options.service },
    transports: [new LogTransport(logOutputTo(process.stdout), tellLost)],
    exitOnError: false,
  });
  return logger;
}

const withoutForwarded = winston.format((info) =>
  info['event'] === 'http_request' && info['parent_span_id'] !== undefined ? false : info,
);
