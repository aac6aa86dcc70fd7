import type { ProbeOutcome } from '../catalog/instance/instance-event';

/** Where a probe went. */
export interface Reached {
  readonly url: string;
  readonly healthPath: string;
}

/**
 * What is to be mended for others to reach an instance, as a sentence; `undefined` when they do. Who answers is
 * another matter: a service that knows nothing of identities is reached all the same.
 */
export function reachWarning({ url, healthPath }: Reached, outcome: ProbeOutcome): string | undefined {
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
      return `${url} takes connections, but does not answer GET ${healthPath}: answer there, or register another health_path.`;
    case 'unverified':
      return `${url} shows a certificate that the registry does not trust: one of the authority in PROBE_CA_FILE, for the name or address that is registered, is needed there.`;
  }
}
