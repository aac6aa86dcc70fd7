import { createLogger, type Logger } from '@rollcall/service-kit';

export type LogLine = Readonly<Record<string, unknown>>;

/** The real logger, which writes nowhere; a spec reads what it would have written. */
export interface RecordingLogger {
  readonly logger: Logger;
  /** All of them, oldest first. */
  readonly lines: readonly LogLine[];
  /** Lines of one event, oldest first. */
  linesOf(event: string): readonly LogLine[];
}

export function createRecordingLogger(): RecordingLogger {
  const logger = createLogger({ service: 'registry', level: 'info', pretty: false });
  const lines: LogLine[] = [];
  for (const transport of logger.transports) transport.silent = true;
  logger.on('data', (line: LogLine) => lines.push(line));
  return { logger, lines, linesOf: (event) => lines.filter((line) => line['event'] === event) };
}
