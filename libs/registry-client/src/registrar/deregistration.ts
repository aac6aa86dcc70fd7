import { failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import type { MembershipScope } from './membership-scope';

/** The outcome of deregistering an instance. */
export type Deregistration =
  | { readonly kind: 'never-listed' }
  | { readonly kind: 'deregistered'; readonly registryUrl: string }
  /** No registry has confirmed it; the lease ends by itself. */
  | { readonly kind: 'failed'; readonly failure: RegistryFailure };

/**
 * Deregisters at every registry that a registration was sent to, since each of them may have carried it out; one that
 * does not list the instance answers 204 all the same. When none of them confirms it the others are asked: they may be
 * replicas of the same catalog.
 */
export async function deregister(scope: MembershipScope): Promise<Deregistration> {
  const { plan, sentRegistrations, failover } = scope;
  const { instance_id } = plan.registration;
  const { incarnations } = sentRegistrations;

  async function atEach(registries: Iterable<readonly [string, number | undefined]>) {
    const calls = Array.from(registries, ([registryUrl, epoch]) => {
      // No other process can have an id that was made here: whichever of its incarnations is listed has to go. One that
      // was given may belong to another process by now; without the epoch, the end of the lease has to do.
      if (plan.ownsId) return [deregisterAt(scope, registryUrl, { instance_id })];
      return epoch === undefined ? [] : [deregisterAt(scope, registryUrl, { instance_id, epoch })];
    });
    const results = await Promise.all(calls.flat());
    return results.find(({ kind }) => kind === 'deregistered') ?? results[0];
  }

  const first = await atEach(incarnations);
  if (first?.kind !== 'failed') return first ?? { kind: 'never-listed' };
  const latest = sentRegistrations.latestEpoch;
  const others = failover.urls.filter((url) => !incarnations.has(url)).map((url) => [url, latest] as const);
  const second = await atEach(others);
  return second?.kind === 'deregistered' ? second : first;
}

async function deregisterAt(
  { calls }: MembershipScope,
  registryUrl: string,
  reference: { readonly instance_id: string; readonly epoch?: number },
): Promise<Deregistration> {
  const answer = await calls.post(registryUrl, '/deregister', reference);
  if (!answer.answered) return { kind: 'failed', failure: answer.failure };
  return answer.status >= 200 && answer.status < 300
    ? { kind: 'deregistered', registryUrl }
    : { kind: 'failed', failure: failureOfAnswer(answer.status, answer.body, answer.retryAfterMs) };
}
