import type { ResolverEvent } from '@rollcall/registry-client';
import type { Logger } from '@rollcall/service-kit';
import { logClientEvent, tlsFileLine, type EventLine } from './log-client-event';
import { createOutageLine } from './outage-line';

/** Writes what a resolver tells: a stream that breaks is a warning, because what was last known still serves. */
export function logResolverEvents(
  logger: Logger,
  now: () => number = () => performance.now(),
): (event: ResolverEvent) => void {
  const outageLine = createOutageLine('the stream of a registry broke; what was last known serves on');
  return (event) =>
    logClientEvent(
      logger,
      'resolver',
      event,
      event.type === 'disconnected' ? outageLine(now(), event.failure.message) : lineOf(event),
    );
}

function lineOf(event: Exclude<ResolverEvent, { type: 'disconnected' }>): EventLine {
  switch (event.type) {
    case 'authority_loaded':
    case 'authority_refused':
    case 'certificate_loaded':
    case 'certificate_refused':
      // The registrar of the same process looks at the file with each heartbeat, and has said so before.
      return { ...tlsFileLine(event), level: 'debug' };
    case 'connected':
      return { level: 'info', message: `following services at ${event.registryUrl}` };
    case 'synced':
      return { level: 'debug', message: 'every service asked for is known' };
    case 'restored':
      return { level: 'info', message: `${event.services} services are known from ${event.file}` };
    case 'addition_failed':
      return {
        level: 'warn',
        message:
          `the registry at ${event.registryUrl} does not let this process follow ${event.services} more services: ` +
          `${event.failure.message}; asking again in ${event.retryInMs} ms`,
      };
    case 'cache_failed':
      return { level: 'warn', message: `${event.file} is of no use: ${event.failure.message}` };
    case 'malformed':
      return { level: 'error', message: `the registry said something unusable: ${event.what}` };
  }
}
