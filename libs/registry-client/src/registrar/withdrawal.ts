import { failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import type { MembershipScope } from './membership-scope';

/** What became of taking an instance off the list. */
export type Withdrawal =
  | { readonly kind: 'never-listed' }
  | { readonly kind: 'withdrawn'; readonly registryUrl: string }
  /** No registry could be told; the lease will end by itself. */
  | { readonly kind: 'unheard'; readonly failure: RegistryFailure };

/**
 * Tells every registry that a registration was sent to, for each of them may have carried it out; to one that does not
 * list the instance it says nothing (204).
 */
export async function withdrawFrom(scope: MembershipScope): Promise<Withdrawal> {
  const { plan, registrations } = scope;
  const { instance_id } = plan.registration;
  const calls = Array.from(registrations.lives, ([registryUrl, epoch]) => {
    // Nobody else can have an id that was made here: whichever of its lives is listed is to go. One that was given
    // may be another process's by now; without its epoch, the end of the lease has to do.
    if (plan.ownsId) return [deregister(scope, registryUrl, { instance_id })];
    return epoch === undefined ? [] : [deregister(scope, registryUrl, { instance_id, epoch })];
  });
  const results = await Promise.all(calls.flat());
  return results.find(({ kind }) => kind === 'withdrawn') ?? results[0] ?? { kind: 'never-listed' };
}

async function deregister(
  { calls }: MembershipScope,
  registryUrl: string,
  reference: { readonly instance_id: string; readonly epoch?: number },
): Promise<Withdrawal> {
  const answer = await calls.post(registryUrl, '/deregister', reference);
  if (!answer.answered) return { kind: 'unheard', failure: answer.failure };
  return answer.status >= 200 && answer.status < 300
    ? { kind: 'withdrawn', registryUrl }
    : { kind: 'unheard', failure: failureOfAnswer(answer.status, answer.body) };
}
