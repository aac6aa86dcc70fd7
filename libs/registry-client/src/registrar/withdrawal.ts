import { failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import type { MembershipScope } from './membership-scope';

/** What became of taking an instance off the list. */
export type Withdrawal =
  | { readonly kind: 'never-listed' }
  | { readonly kind: 'withdrawn'; readonly registryUrl: string }
  /** No registry could be told; the lease will end by itself. */
  | { readonly kind: 'unheard'; readonly failure: RegistryFailure };

/**
 * Tells every registry at once, for each of them may have been the one that entered us; to one that does not know
 * us it says nothing (204). `epoch` keeps this from touching a newer life of the same registration.
 */
export async function withdrawFrom(
  scope: MembershipScope,
  mayBeListed: boolean,
  epoch: number | undefined,
): Promise<Withdrawal> {
  const { plan, turn } = scope;
  // Without an epoch, a name that was given might take somebody else off the list; then the lease has to do.
  if (!mayBeListed || (epoch === undefined && !plan.ownsId)) return { kind: 'never-listed' };
  const reference = { instance_id: plan.registration.instance_id, ...(epoch === undefined ? {} : { epoch }) };
  const told = await Promise.all(turn.urls.map((url) => deregister(scope, url, reference)));
  const heard = told.find((result) => result.kind === 'withdrawn');
  return heard ?? told[0] ?? { kind: 'never-listed' };
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
