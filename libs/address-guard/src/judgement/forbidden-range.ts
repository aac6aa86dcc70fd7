import { parseCidrSet, type CidrSet } from './cidr-set';
import type { IpAddress } from './ip-address';
import type { RefusalReason } from './verdict';

/**
 * Metadata services of clouds, which give credentials to any caller inside. Most use 169.254.169.254; the others are
 * outside link-local, some within public address space.
 */
const METADATA_ADDRESSES = known([
  '169.254.169.254',
  'fd00:ec2::254', // AWS, over IPv6
  'fd00:ec2::23', // AWS EKS pod identity
  'fd20:ce::254', // Google Cloud, over IPv6
  '100.100.100.200', // Alibaba Cloud
  '192.0.0.192', // Oracle Cloud
  '168.63.129.16', // Azure's WireServer
]);

/** RFC 8215: each operator chooses where the IPv4 address is embedded, so it cannot be extracted. */
const LOCAL_NAT64 = known(['64:ff9b:1::/48']);

/**
 * Ranges of IANA's special-purpose registries (RFC 6890) that are not for hosts, but that some systems route to themselves
 * or to the nearest router. The documentation and IPv4 benchmarking ranges are not among them: they are not routed, and
 * some networks use the latter internally.
 */
const RESERVED = known([
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890: on phones and in DS-Lite the machine itself
  '192.88.99.0/24', // 6to4 relays, RFC 7526: deprecated
  '240.0.0.0/4', // RFC 1112 §4; some clouds and kernels route it
  'fec0::/10', // site-local, RFC 3879: deprecated, and what some networks still have inside
  '100::/64', // discard-only, RFC 6666
  '100:0:0:1::/64', // dummy prefix, RFC 9780
  '2001:2::/48', // benchmarking of routers, RFC 5180
  '2001:10::/28', // ORCHID, RFC 4843: names and no addresses
  '2001:20::/28', // ORCHIDv2, RFC 7343
  '5f00::/16', // segment routing, RFC 9602
]);

const REASONS_BY_RANGE: Readonly<Record<string, RefusalReason>> = {
  loopback: 'loopback',
  linkLocal: 'link_local',
  multicast: 'multicast',
  broadcast: 'broadcast',
  // All of 0.0.0.0/8: Linux connects 0.0.0.0 to the machine itself, other systems more of the range.
  unspecified: 'unspecified',
};

/** Why an address is not that of an ordinary host, apart from an IPv4 address embedded in it. */
export function forbiddenRange(address: IpAddress): RefusalReason | undefined {
  const text = address.toString();
  if (METADATA_ADDRESSES.has(text)) return 'cloud_metadata';
  if (LOCAL_NAT64.has(text)) return 'local_nat64';
  // Broadcast is within a reserved range; its own reason says more.
  return REASONS_BY_RANGE[address.range()] ?? (RESERVED.has(text) ? 'reserved' : undefined);
}

function known(cidrs: readonly string[]): CidrSet {
  const result = parseCidrSet(cidrs);
  if ('faults' in result) throw new Error(result.faults.join('; '));
  return result.set;
}
