import { localAddressTowards } from '../registry/local-address';
import { pause } from '../registry/pause';
import type { RegistryFailure } from '../registry/registry-failure';
import { advertisedUrl } from './advertised-url';
import type { MembershipScope } from './membership-scope';
import { registrationVerdict, type RegistrationVerdict } from './registration-verdict';

/** What a registry has entered on its list. */
export interface Listing {
  readonly kind: 'listed';
  readonly registryUrl: string;
  readonly epoch: number;
  readonly url: string;
  readonly ttlSeconds: number;
}

export type Enrolment =
  | Listing
  /** The end came first. A registration without an answer may have been carried out all the same. */
  | { readonly kind: 'abandoned'; readonly mayBeListed: boolean };

/** Registers, at one registry after another, until one of them says yes or the end comes. */
export async function enrol(scope: MembershipScope): Promise<Enrolment> {
  const { turn, report, halted } = scope;
  let mayBeListed = false;
  report.state({ phase: 'registering' });

  while (!halted.aborted) {
    const registryUrl = turn.url;
    const address = await ownAddress(scope, registryUrl);
    // A stop during the look-up: whoever is leaving must not be entered any more.
    if (halted.aborted) break;
    if ('failure' in address) {
      await pause(putOff(scope, registryUrl, { kind: 'unavailable', ...address }), { signal: halted });
      continue;
    }
    const verdict = await register(scope, registryUrl, address.url);
    if (verdict.kind === 'listed') {
      turn.answered();
      const { epoch, url } = verdict;
      const { instance_id: instanceId } = scope.plan.registration;
      // The state first: whoever hears of it and asks for the identity has to get it.
      const listed = { phase: 'registered', registryUrl, instanceId, epoch, url } as const;
      report.state({ ...listed, missedHeartbeats: 0, warnings: [] });
      report.event({ type: 'registered', registryUrl, instanceId, epoch, url });
      return { ...verdict, registryUrl };
    }
    mayBeListed ||= verdict.kind === 'unavailable';
    await pause(putOff(scope, registryUrl, verdict), { signal: halted });
  }
  return { kind: 'abandoned', mayBeListed };
}

async function ownAddress(
  { plan }: MembershipScope,
  registryUrl: string,
): Promise<{ readonly url: string } | { readonly failure: RegistryFailure }> {
  if ('url' in plan.advertise) return { url: plan.advertise.url };
  const local = await localAddressTowards(registryUrl, plan.requestTimeoutMs);
  return 'failure' in local ? local : { url: advertisedUrl(local.address, plan.advertise) };
}

async function register(
  scope: MembershipScope,
  registryUrl: string,
  url: string,
): Promise<RegistrationVerdict> {
  const { registration } = scope.plan;
  const answer = await scope.calls.post(registryUrl, '/register', { ...registration, url });
  return registrationVerdict(answer, registration.instance_id);
}

/** Reports an attempt that failed. @returns milliseconds until the next one */
function putOff(
  { plan, turn, report, random }: MembershipScope,
  registryUrl: string,
  verdict: Exclude<RegistrationVerdict, { kind: 'listed' }>,
): number {
  const { failure } = verdict;
  const nextTurnMs = turn.failed();
  if (verdict.kind === 'unavailable') {
    report.state({ phase: 'registering', failure });
    const during = 'register';
    report.event({ type: 'registry_unavailable', registryUrl, during, failure, retryInMs: nextTurnMs });
    return nextTurnMs;
  }
  const retryInMs = (verdict.retryAfterMs ?? plan.refusedRetryMs) * (0.9 + 0.2 * random());
  report.state({ phase: 'refused', failure });
  report.event({ type: 'registration_refused', registryUrl, failure, retryInMs });
  return retryInMs;
}
