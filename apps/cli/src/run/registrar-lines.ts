import type { RegistrarEvent } from '@rollcall/registry-client';

/**
 * Tells people what becomes of a registration, a line each. While a registry is away it is asked again every few
 * seconds: the same failure is told once.
 */
export function createRegistrarLines(tell: (line: string) => void): (event: RegistrarEvent) => void {
  let last: string | undefined;
  return (event) => {
    const line = lineOf(event);
    if (line === undefined || line === last) return;
    last = line;
    tell(line);
  };
}

function lineOf(event: RegistrarEvent): string | undefined {
  switch (event.type) {
    case 'registered':
      return `registered as ${event.instanceId} at ${event.url} (registry ${event.registryUrl})`;
    case 'registry_unavailable':
      return `the registry at ${event.registryUrl} does not answer (${event.failure.code}); it is asked again, and the program runs on`;
    case 'registration_refused':
    case 'heartbeat_refused':
    case 'address_taken': {
      const { code, message, faults = [] } = event.failure;
      const details = faults.map((fault) => `; ${fault.message}`).join('');
      return `the registry refuses the registration: ${message} (${code})${details}; it is asked again`;
    }
    case 'registration_lost':
      return 'the registry does not list this instance any more; registering again';
    case 'superseded':
      return 'another process is registered under this id; waiting until it has gone';
    case 'warned':
      return event.warnings.length === 0
        ? 'the registry has no warnings any more'
        : `warning of the registry: ${event.warnings.join('; ')}`;
    case 'session_lost':
      return `the session has ended (${event.failure.code}); it is opened again`;
    case 'session_refused':
      return `the registry refuses a session (${event.failure.message}); heartbeats alone keep the place on the list`;
    case 'drained':
      return event.complete
        ? `drained: every caller has let go (${event.acked})`
        : `drained in part: ${event.acked} callers have let go, ${event.missing} have not acknowledged; serving on for ${event.lingerMs} ms`;
    case 'drain_failed':
      return `no registry could be asked to drain (${event.failure.code}); serving on for ${event.lingerMs} ms`;
    case 'deregistered':
      return 'off the list';
    case 'deregistration_failed':
      return `no registry has confirmed the deregistration (${event.failure.code}); the lease ends by itself`;
    case 'authority_loaded':
    case 'certificate_loaded':
      return `${event.file} has changed and is in force`;
    case 'authority_refused':
    case 'certificate_refused':
      return `${event.file} has changed and cannot be used: ${event.failure.message}`;
    case 'session_opened':
    case 'stalled':
    case 'thread_failed':
    case 'stopped':
      return undefined;
  }
}
