import type { RegisterRequest } from '@rollcall/contracts';
import { registrationFrom } from '../catalog/instance/registration';
import type { AddressPolicy } from '../ports/address-policy';
import type { Prober } from '../ports/prober';
import { reachWarning } from '../probing/reach-warning';

export interface AdmitDeps {
  readonly addresses: AddressPolicy;
  readonly prober: Prober;
  /** Only who can be reached is listed. */
  readonly requireReachable: boolean;
  /** Aborts when the registry is going. */
  readonly closing: AbortSignal;
}

export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'forbidden' | 'unreachable'; readonly why: string };

/** Whether an address may be listed at all, and is what it says, if that is required. */
export async function admit(
  { addresses, prober, requireReachable, closing }: AdmitDeps,
  request: RegisterRequest,
): Promise<Admission> {
  const refusal = await addresses.refusal(request.url);
  if (refusal !== undefined) return { kind: 'forbidden', why: refusal };
  if (!requireReachable) return { kind: 'admitted' };

  const registration = registrationFrom(request, 0);
  // The instance has no identity yet: any answer is accepted.
  const outcome = await prober.probe({ registration, instanceId: '', epoch: 0 }, closing);
  const warning = reachWarning(registration, outcome);
  return warning === undefined ? { kind: 'admitted' } : { kind: 'unreachable', why: warning };
}
