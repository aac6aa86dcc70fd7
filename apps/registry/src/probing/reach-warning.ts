import type { ProbeOutcome } from '../catalog/instance/instance-event';
import { healthQuestion } from '../catalog/instance/health-question';
import type { Registration } from '../catalog/instance/registration';

/** Where a probe went, and how it asked there. */
export type Reached = Pick<Registration, 'url' | 'healthPath' | 'protocol'>;

/**
 * What is to be mended for others to reach an instance, as a sentence; `undefined` when they do. Who answers is
 * another matter: a service that knows nothing of identities is reached all the same.
 */
export function reachWarning(reached: Reached, outcome: ProbeOutcome): string | undefined {
  const { url, protocol } = reached;
  switch (outcome) {
    case 'answered':
    case 'anonymous':
    case 'somebody_else':
      return undefined;
    case 'refused':
      return `${url} refuses connections from the registry: listen on an address that others reach (HOST), or register the one that they do (ADVERTISE_URL).`;
    case 'timed_out':
    case 'unreachable':
      return `The registry cannot connect to ${url}: register an address that others reach (ADVERTISE_URL), and let them through.`;
    case 'silent':
      return `${url} takes connections, but does not answer ${healthQuestion(reached)}: answer there, or register another health_path${protocol === 'h2c' ? ', or no protocol if it speaks HTTP/1.1' : ''}.`;
    case 'unverified':
      return `${url} shows a certificate that the registry does not trust: one of the authority in PROBE_CA_FILE, for the name or address that is registered, is needed there.`;
  }
}
