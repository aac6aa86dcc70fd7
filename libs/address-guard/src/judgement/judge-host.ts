import { parseHost } from './host';
import { judgeAddress, type AddressPolicy } from './judge-address';
import { judgeName } from './judge-name';
import { refused, type AddressVerdict } from './verdict';

/** Checks a host without resolving it. */
export function judgeHost(text: string, policy: AddressPolicy): AddressVerdict {
  const host = parseHost(text);
  if (!host) return refused('not_a_host', text);
  return host.kind === 'address' ? judgeAddress(host.address, policy) : judgeName(host.name, policy);
}
