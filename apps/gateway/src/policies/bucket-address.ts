import { isIPv6 } from 'node:net';

/**
 * Whom an address stands for when requests are counted: an IPv4 address is one caller, while a single machine owns a
 * whole /64 of IPv6 and could have a fresh bucket for every request.
 */
export function bucketAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  // Dotted IPv4 at the end stands for two groups; neither of them is among the first four unless it is all there is.
  const missing = 8 - first.length - last.length - (plain.includes('.') ? 1 : 0);
  const all =
    tail === undefined ? first : [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
