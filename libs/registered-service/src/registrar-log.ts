import type { RegistrarEvent } from '@rollcall/registry-client';
import type { Logger } from '@rollcall/service-kit';
import { logClientEvent, tlsFileLine, type EventLine } from './log-client-event';
import { createOutageLine } from './outage-line';

/** Writes what a registrar tells: a registry that is away is a warning, because the service works all the same. */
export function logRegistrarEvents(
  logger: Logger,
  now: () => number = () => performance.now(),
): (event: RegistrarEvent) => void {
  const outageLine = createOutageLine('no registry answers; serving on, and trying again');
  return (event) =>
    logClientEvent(
      logger,
      'registrar',
      event,
      event.type === 'registry_unavailable' ? outageLine(now(), event.failure.message) : lineOf(event),
    );
}

function lineOf(event: Exclude<RegistrarEvent, { type: 'registry_unavailable' }>): EventLine {
  switch (event.type) {
    case 'authority_loaded':
    case 'authority_refused':
    case 'certificate_loaded':
    case 'certificate_refused':
      return tlsFileLine(event);
    case 'registered':
      return { level: 'info', message: `registered as ${event.url}` };
    case 'registration_refused':
      return { level: 'error', message: `the registry refuses this service: ${event.failure.message}` };
    case 'address_taken':
      return { level: 'error', message: `${event.url} is taken: ${event.failure.message}` };
    case 'heartbeat_refused':
      return { level: 'error', message: `the registry refuses a heartbeat: ${event.failure.message}` };
    case 'session_opened':
      return { level: 'debug', message: 'the registry would notice at once if this process died' };
    case 'session_lost':
      return { level: 'warn', message: `the session broke (${event.failure.message}); opening another` };
    case 'session_refused':
      return { level: 'warn', message: `no session (${event.failure.message}); heartbeats alone` };
    case 'registration_lost':
      return { level: 'warn', message: 'the registry has forgotten this instance; registering again' };
    case 'superseded':
      return { level: 'error', message: 'another process is registered in the place of this one' };
    case 'warned':
      return event.warnings.length === 0
        ? { level: 'info', message: 'what the registry warned of is mended' }
        : { level: 'warn', message: `the registry warns: ${event.warnings.join('; ')}` };
    case 'stalled':
      return {
        level: 'error',
        message: `this process was at a standstill for more than ${event.limitMs} ms; registered anew`,
      };
    case 'thread_failed':
      return { level: 'error', message: `the thread of heartbeats died: ${event.failure.message}` };
    case 'drained':
      return event.complete
        ? { level: 'info', message: 'drained: every caller has confirmed' }
        : {
            level: 'warn',
            message: `${event.missing} callers have not confirmed the drain; serving on for a while`,
          };
    case 'drain_failed':
      return { level: 'warn', message: `no drain (${event.failure.message}); serving on for a while` };
    case 'deregistered':
      return { level: 'info', message: 'deregistered' };
    case 'deregistration_failed':
      return { level: 'warn', message: 'no registry could be told of the end; the lease will run out' };
    case 'stopped':
      return { level: 'info', message: 'no longer registered' };
  }
}
