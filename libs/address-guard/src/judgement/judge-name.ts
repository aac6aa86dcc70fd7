import { withoutTrailingDots } from './host';
import { judgeAddress, type AddressPolicy } from './judge-address';
import { ALLOWED, refused, type AddressVerdict } from './verdict';

/** Refused by name: outside of its cloud such a name does not resolve, so its addresses cannot be checked. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'instance-data.ec2.internal',
]);

/** Checks a name without resolving it. Exemptions are for addresses, so they do not apply to names. */
export function judgeName(name: string, policy: AddressPolicy): AddressVerdict {
  const canonical = withoutTrailingDots(name).toLowerCase();
  if (METADATA_NAMES.has(canonical)) return refused('cloud_metadata', name);
  return isLocalhost(canonical) ? judgeLocalhost(name, policy) : ALLOWED;
}

/** RFC 6761 §6.3: these are loopback for everyone, also where a resolver does not know them. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function judgeLocalhost(name: string, policy: AddressPolicy): AddressVerdict {
  const verdicts = ['127.0.0.1', '::1'].map((address) => judgeAddress(address, policy));
  return verdicts.every(({ allowed }) => allowed) ? ALLOWED : refused('loopback', name);
}
