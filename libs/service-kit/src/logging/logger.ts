import winston from 'winston';
import Transport from 'winston-transport';
import { currentContext } from '../context/request-context';
import { traceFields } from '../context/trace-context';
import { jsonFormat } from './json-format';
import { logOutputTo, type LogOutput } from './log-output';
import { prettyFormat } from './pretty-format';
import { withoutCredentials } from './printable';

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

/** Where winston puts the text of an entry when its formats are done. */
const MESSAGE = Symbol.for('message');

/** winston's way to an output; its own writes to a console, where a closed pipe is an uncaught exception. */
class LogTransport extends Transport {
  constructor(
    private readonly output: LogOutput,
    /** Lines were lost, and the output takes lines again. */
    private readonly onLost: (lines: number) => void,
  ) {
    super();
  }

  override log(info: Readonly<Record<symbol, unknown>>, next: () => void): void {
    const lost = this.output.takeLost();
    // Not from within: the entry that is being written comes first.
    if (lost > 0) setImmediate(this.onLost, lost);
    this.output.write(`${withoutCredentials(String(info[MESSAGE]))}\n`);
    next();
  }
}

/**
 * Writes to standard output; `pretty` for people, JSON (one object a line) for machines. A process outlives its log:
 * lines that cannot be written are counted, and reported as soon as lines can be written again.
 */
export function createLogger(options: LoggerOptions): Logger {
  const tellLost = (lines: number): void => {
    logger.warn(`${lines} lines before this one were lost: whatever reads this log did not take them`, {
      event: 'log_lines_lost',
      lines,
    });
  };
  const written = winston.format.combine(ofRequest(), options.pretty ? prettyFormat() : jsonFormat());
  const logger = winston.createLogger({
    level: options.level,
    format: options.forwarded === false ? winston.format.combine(withoutForwarded(), written) : written,
    defaultMeta: { service: options.service },
    transports: [new LogTransport(logOutputTo(process.stdout), tellLost)],
    exitOnError: false,
  });
  return logger;
}

/** Whoever logs while a request is served need not know of it for its line to be found with the others. */
const ofRequest = winston.format((info) => {
  const context = info['trace_id'] === undefined ? currentContext() : undefined;
  if (context === undefined) return info;
  return Object.assign(info, { request_id: context.requestId }, traceFields(context.trace));
});

const withoutForwarded = winston.format((info) =>
  info['event'] === 'http_request' && info['parent_span_id'] !== undefined ? false : info,
);
