import ipaddr from 'ipaddr.js';
import type { IpAddress } from './ip-address';

/** A kind of IPv6 address that a tunnel or translator turns into a connection to the IPv4 address inside. */
interface Embedding {
  readonly network: [ipaddr.IPv6, number];
  /** The 16-bit part at which the IPv4 address starts. */
  readonly at: number;
  /** Teredo hides the address from NATs that rewrite what looks like one: every bit is flipped. */
  readonly flipped?: true;
}

const EMBEDDINGS: readonly Embedding[] = [
  // IPv4-compatible, RFC 4291 §2.5.5.1: deprecated, but a kernel may still route it. ipaddr.js calls it unicast.
  { network: ipaddr.IPv6.parseCIDR('::/96'), at: 6 },
  // IPv4-translated, RFC 2765 §2.1.
  { network: ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), at: 6 },
  // NAT64, RFC 6052 §2.1.
  { network: ipaddr.IPv6.parseCIDR('64:ff9b::/96'), at: 6 },
  // 6to4, RFC 3056 §2.
  { network: ipaddr.IPv6.parseCIDR('2002::/16'), at: 1 },
  // Teredo, RFC 4380 §4.
  { network: ipaddr.IPv6.parseCIDR('2001::/32'), at: 6, flipped: true },
];

/** The IPv4 address that an IPv6 address leads to. IPv4-mapped ones are IPv4 already (`parseIpAddress`). */
export function embeddedIpv4(address: IpAddress): ipaddr.IPv4 | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  const embedding = EMBEDDINGS.find(({ network }) => address.match(network));
  if (embedding) return ipv4At(address, embedding.at, embedding.flipped ? 0xffff : 0);
  return isIsatap(address) ? ipv4At(address, 6, 0) : undefined;
}

/** RFC 5214 §6.1: under any prefix, the interface id is 0000:5efe or, when globally unique, 0200:5efe. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x0200) && parts[5] === 0x5efe;
}

function ipv4At({ parts }: ipaddr.IPv6, at: number, mask: number): ipaddr.IPv4 {
  const octets = parts.slice(at, at + 2).flatMap((part) => [(part ^ mask) >> 8, (part ^ mask) & 0xff]);
  return new ipaddr.IPv4(octets);
}
