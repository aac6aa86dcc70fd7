import type { REGISTRY_ERROR } from '@rollcall/contracts';
import { jittered } from '../registry/backoff';
import { localAddressTowards } from '../registry/local-address';
import { pause } from '../registry/pause';
import type { RegistryFailure } from '../registry/registry-failure';
import { advertisedUrl } from './advertised-url';
import type { MembershipScope } from './membership-scope';
import type { RegistrationVerdict } from './registration-verdict';

/** What a registry has entered on its list. */
export interface Listing {
  readonly kind: 'listed';
  readonly registryUrl: string;
  readonly epoch: number;
  readonly url: string;
  readonly ttlSeconds: number;
  readonly warnings: readonly string[];
}

export type Enrolment =
  | Listing
  /** The end came first. */
  | { readonly kind: 'abandoned' };

/** Registers, at one registry after another, until one of them says yes or the end comes. */
export async function enrol(scope: MembershipScope): Promise<Enrolment> {
  const { turn, report, halted, registrations } = scope;
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
    const verdict = await registrations.send(registryUrl, address.url);
    if (verdict.kind === 'listed') {
      turn.answered();
      const { epoch, url, warnings } = verdict;
      const { instance_id: instanceId } = scope.plan.registration;
      // The state first: whoever hears of it and asks for the identity has to get it.
      const listed = { phase: 'registered', registryUrl, instanceId, epoch, url } as const;
      report.state({ ...listed, missedHeartbeats: 0, warnings });
      report.event({ type: 'registered', registryUrl, instanceId, epoch, url });
      if (warnings.length > 0) report.event({ type: 'warned', registryUrl, warnings });
      return { ...verdict, registryUrl };
    }
    await pause(putOff(scope, registryUrl, verdict, address.url), { signal: halted });
  }
  return { kind: 'abandoned' };
}

async function ownAddress(
  { plan }: MembershipScope,
  registryUrl: string,
): Promise<{ readonly url: string } | { readonly failure: RegistryFailure }> {
  if ('url' in plan.advertise) return { url: plan.advertise.url };
  const local = await localAddressTowards(registryUrl, plan.requestTimeoutMs);
  return 'failure' in local ? local : { url: advertisedUrl(local.address, plan.advertise) };
}

const ADDRESS_TAKEN: (typeof REGISTRY_ERROR)['addressTaken'] = 'ADDRESS_TAKEN';

/** Reports an attempt that failed. @returns milliseconds until the next one */
function putOff(
  { plan, turn, report, random }: MembershipScope,
  registryUrl: string,
  verdict: Exclude<RegistrationVerdict, { kind: 'listed' }>,
  url = '',
): number {
  const { failure } = verdict;
  const nextTurnMs = turn.failed();
  if (verdict.kind === 'unavailable') {
    report.state({ phase: 'registering', failure });
    const during = 'register';
    report.event({ type: 'registry_unavailable', registryUrl, during, failure, retryInMs: nextTurnMs });
    return nextTurnMs;
  }
  const retryInMs = jittered(verdict.retryAfterMs ?? plan.refusedRetryMs, random);
  report.state({ phase: 'refused', failure });
  if (failure.code === ADDRESS_TAKEN)
    report.event({ type: 'address_taken', registryUrl, url, failure, retryInMs });
  else report.event({ type: 'registration_refused', registryUrl, failure, retryInMs });
  return retryInMs;
}
