import { BlockList, isIP } from 'node:net';

/** Whether an address belongs to a proxy whose forwarded headers are believed. */
export type TrustedProxies = (address: string) => boolean;

/** @param cidrs addresses or networks, e.g. `10.0.0.0/8`, already validated; none trusts nobody */
export function trustedProxies(cidrs: readonly string[]): TrustedProxies {
  if (cidrs.length === 0) return () => false;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    const family = familyOf(network);
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** A socket that listens on both families spells IPv4 peers `::ffff:10.0.0.7`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
