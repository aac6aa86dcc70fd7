import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * The address a text stands for, or `undefined`. Strict: only the spellings `net.connect` takes as an address,
 * since whatever it takes for a name is judged by what it resolves to. A zone (`%eth0`) says through which
 * interface, not to which address, and goes. An IPv4-mapped address is the IPv4 one: that is what the kernel
 * connects to, and how a dual-stack socket shows an IPv4 peer.
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

/** ipaddr.js reads ::10.0.0.1 as ::ffff:10.0.0.1, which is another address; without dots it reads all of them right. */
function withoutDots(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
