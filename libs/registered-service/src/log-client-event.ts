import type { Logger, LogLevel } from '@rollcall/service-kit';

/** What a line about an event says, and how loudly. */
export interface EventLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** One event of the client library as one line: `event` is its stable name, its facts are the line's fields. */
export function logClientEvent(
  logger: Logger,
  source: 'registrar' | 'resolver',
  event: { readonly type: string },
  { level, message }: EventLine,
): void {
  const { type, ...facts } = event;
  logger.log(level, message, { ...facts, event: `${source}_${type}` });
}
