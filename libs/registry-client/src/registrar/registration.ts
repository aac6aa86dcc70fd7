import type { REGISTRY_ERROR } from '@rollcall/contracts';
import { jittered } from '../registry/backoff';
import { pause } from '../registry/wait';
import type { MembershipScope } from './membership-scope';
import { ownAddress } from './own-address';
import type { RegistrationVerdict } from './sent-registrations';

/** An instance as a registry has listed it. */
export interface Listing {
  readonly kind: 'listed';
  readonly registryUrl: string;
  readonly epoch: number;
  readonly url: string;
  readonly ttlSeconds: number;
  readonly warnings: readonly string[];
}

/** Registers, at one registry after another, until one of them lists the instance or the registrar stops. */
export async function register(
  scope: MembershipScope,
): Promise<Listing | { readonly kind: 'stopped-before' }> {
  const { plan, failover, report, halted, sentRegistrations } = scope;
  report.state({ phase: 'registering' });

  while (!halted.aborted) {
    const registryUrl = failover.url;
    const connectLimitMs = failover.answerLimitMs(plan.requestTimeoutMs);
    const address = await ownAddress(plan.advertise, registryUrl, connectLimitMs);
    // A stop during the look-up: an instance that is stopping must not be registered any more.
    if (halted.aborted) break;
    if ('failure' in address) {
      await pause(retryDelayMs(scope, registryUrl, { kind: 'unavailable', ...address }), { signal: halted });
      continue;
    }
    const verdict = await sentRegistrations.send(registryUrl, address.url);
    if (verdict.kind === 'listed') {
      failover.answered();
      const { epoch, url, warnings } = verdict;
      const { instance_id: instanceId } = plan.registration;
      // The state before the event: whoever handles the event and asks for the identity has to get it.
      const listed = { phase: 'registered', registryUrl, instanceId, epoch, url } as const;
      report.state({ ...listed, missedHeartbeats: 0, warnings });
      report.event({ type: 'registered', registryUrl, instanceId, epoch, url });
      if (warnings.length > 0) report.event({ type: 'warned', registryUrl, warnings });
      return { ...verdict, registryUrl };
    }
    await pause(retryDelayMs(scope, registryUrl, verdict, address.url), { signal: halted });
  }
  return { kind: 'stopped-before' };
}

const ADDRESS_TAKEN: (typeof REGISTRY_ERROR)['addressTaken'] = 'ADDRESS_TAKEN';

/** Reports an attempt that failed. @returns milliseconds until the next one */
function retryDelayMs(
  { plan, failover, report, random }: MembershipScope,
  registryUrl: string,
  verdict: Exclude<RegistrationVerdict, { kind: 'listed' }>,
  url = '',
): number {
  const { failure } = verdict;
  const failoverMs = failover.failed(performance.now(), failure.retryAfterMs);
  if (verdict.kind === 'unavailable') {
    report.state({ phase: 'registering', failure });
    const during = 'register';
    report.event({ type: 'registry_unavailable', registryUrl, during, failure, retryInMs: failoverMs });
    return failoverMs;
  }
  const retryInMs = jittered(failure.retryAfterMs ?? plan.refusedRetryMs, random);
  report.state({ phase: 'refused', failure });
  if (failure.code === ADDRESS_TAKEN)
    report.event({ type: 'address_taken', registryUrl, url, failure, retryInMs });
  else report.event({ type: 'registration_refused', registryUrl, failure, retryInMs });
  return retryInMs;
}
