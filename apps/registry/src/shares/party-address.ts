import { isIPv6 } from 'node:net';
import { plainAddress } from '@rollcall/address-guard';

/**
 * The part of an address that one party has to itself: all of an IPv4 one, of an IPv6 one the network of 64 bits,
 * within which every host chooses as many addresses as it likes (RFC 4291 §2.5.4).
 */
export function partyAddress(remoteAddress: string | undefined): string | undefined {
  if (remoteAddress === undefined) return undefined;
  const plain = plainAddress(remoteAddress);
  if (!isIPv6(plain)) return plain;
  const [address = ''] = plain.split('%', 1);
  const [head = '', tail] = address.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind);
  const whole = [
    ...groups,
    ...Array<string>(zeros).fill('0'),
    ...(tail === undefined ? [] : tail.split(':')),
  ];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}
