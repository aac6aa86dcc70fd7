import type { CidrSet } from './cidr-set';
import { embeddedIpv4 } from './embedded-ipv4';
import { forbiddenRange } from './forbidden-range';
import { parseIpAddress, type IpAddress } from './ip-address';
import { ALLOWED, refused, type AddressVerdict, type RefusalReason } from './verdict';

export interface AddressPolicy {
  /** Loopback is needed in development; in production, services that are not for others listen there. */
  readonly forbidLoopback: boolean;
  /** Networks that are exempt from all checks. */
  readonly allowedCidrs: CidrSet;
}

/**
 * Whether connecting to an address is allowed. A text that is not an address is refused: this is the last check before a
 * connection.
 */
export function judgeAddress(text: string, policy: AddressPolicy): AddressVerdict {
  const address = parseIpAddress(text);
  if (!address) return refused('not_an_address', text);
  const reason = refusalReason(address, policy);
  return reason ? refused(reason, text) : ALLOWED;
}

function refusalReason(address: IpAddress, policy: AddressPolicy): RefusalReason | undefined {
  if (policy.allowedCidrs.has(address.toString())) return undefined;
  const own = forbiddenRange(address);
  if (own === 'loopback') return policy.forbidLoopback ? own : undefined;
  if (own) return own;
  const inside = embeddedIpv4(address);
  return inside && refusalReason(inside, policy);
}
