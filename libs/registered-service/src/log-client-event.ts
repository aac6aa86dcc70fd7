import type { TlsFileEvent } from '@rollcall/registry-client';
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

export function isTlsFileEvent(event: { readonly type: string }): event is TlsFileEvent {
  return TLS_FILE_EVENTS.has(event.type);
}

const TLS_FILE_EVENTS: ReadonlySet<string> = new Set([
  'authority_loaded',
  'authority_refused',
  'certificate_loaded',
  'certificate_refused',
] satisfies TlsFileEvent['type'][]);

/** The line about a file of TLS that was replaced. */
export function tlsFileLine(event: TlsFileEvent): EventLine {
  switch (event.type) {
    case 'authority_loaded':
      return { level: 'info', message: `${event.file} has changed: new connections are verified against it` };
    case 'certificate_loaded':
      return { level: 'info', message: `${event.file} has changed: new connections show it` };
    case 'authority_refused':
    case 'certificate_refused':
      return {
        level: 'error',
        message: `${event.file} was replaced by a file that cannot be used: ${event.failure.message}`,
      };
  }
}

/** Writes the events of a service client. */
export function logServiceClientEvents(logger: Logger): (event: TlsFileEvent) => void {
  return (event) => logClientEvent(logger, 'service_client', event, tlsFileLine(event));
}
