import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Parses an address; `undefined` for any other text. Strict: only the spellings that `net.connect` takes as an address,
 * since it resolves all others as names, whose addresses are checked. A zone (`%eth0`) selects the interface, not the
 * address, and is dropped. An IPv4-mapped address becomes the IPv4 one: the kernel connects to that, and a dual-stack
 * socket shows IPv4 peers so.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const [address = ''] = text.split('%', 1);
  switch (isIP(text)) {
    case 4:
      return ipaddr.IPv4.parse(address);
    case 6:
      return ipaddr.process(address.includes('.') ? withoutDots(address) : address);
    default:
      return undefined;
  }
}

/** ipaddr.js reads ::10.0.0.1 as ::ffff:10.0.0.1, which is another address; without dots it parses all of them correctly. */
function withoutDots(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
