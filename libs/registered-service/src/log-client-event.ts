import type { AuthorityEvent } from '@rollcall/registry-client';
import type { Logger, LogLevel } from '@rollcall/service-kit';

/** What a line about an event says, and how loudly. */
export interface EventLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** One event of the client library as one line: `event` is its stable name, its facts are the line's fields. */
export function logClientEvent(
  logger: Logger,
  source: 'registrar' | 'resolver' | 'service_client',
  event: { readonly type: string },
  { level, message }: EventLine,
): void {
  const { type, ...facts } = event;
  logger.log(level, message, { ...facts, event: `${source}_${type}` });
}

/** The line about a file of authorities that was replaced. */
export function authorityLine(event: AuthorityEvent): EventLine {
  return event.type === 'authority_loaded'
    ? { level: 'info', message: `${event.file} has changed: new connections are verified against it` }
    : {
        level: 'error',
        message: `${event.file} was replaced by a file that cannot be used: ${event.failure.message}`,
      };
}

/** Writes the events of a service client. */
export function logServiceClientEvents(logger: Logger): (event: AuthorityEvent) => void {
  return (event) => logClientEvent(logger, 'service_client', event, authorityLine(event));
}
