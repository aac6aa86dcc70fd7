import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import { parseIpAddress } from './ip-address';

/** A set of networks: the exemptions of a guard, the trusted peers of a proxy. */
export interface CidrSet {
  /** The networks as they were given. */
  readonly cidrs: readonly string[];
  /** Whether one of them contains the address, in any spelling; `false` for a text that is not an address. */
  has(address: string): boolean;
}

type Network = [ipaddr.IPv4, number] | [ipaddr.IPv6, number];

export const NO_CIDRS: CidrSet = { cidrs: [], has: () => false };

/**
 * @param cidrs networks (`10.0.0.0/8`, `fd00::/8`), or single addresses. Bits behind the prefix do not matter.
 * @returns the set, or one sentence per malformed text
 */
export function parseCidrSet(cidrs: readonly string[]): { set: CidrSet } | { faults: readonly string[] } {
  const networks: Network[] = [];
  const faults: string[] = [];
  for (const cidr of cidrs) {
    const network = parseNetwork(cidr);
    if (network) networks.push(network);
    else faults.push(`"${cidr}" is neither an address nor a network like 10.0.0.0/8 or fd00::/8`);
  }
  if (faults.length > 0) return { faults };
  if (networks.length === 0) return { set: NO_CIDRS };

  return {
    set: {
      cidrs: [...cidrs],
      has(text) {
        const address = parseIpAddress(text);
        return address !== undefined && networks.some((network) => holds(network, address));
      },
    },
  };
}

function holds([base, prefix]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return base.kind() === address.kind() && address.match(base, prefix);
}

const MAPPED_PREFIX = 96;

function parseNetwork(text: string): Network | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  if (rest.length > 0 || address.includes('%')) return undefined;
  const base = parseIpAddress(address);
  if (!base) return undefined;

  // The prefix counts the bits of the spelling: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const bits = isIP(address) === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : parsePrefix(prefixText, bits);
  if (prefix === undefined) return undefined;
  if (base instanceof ipaddr.IPv6) return [base, prefix];
  if (bits === 32) return [base, prefix];
  return prefix < MAPPED_PREFIX ? undefined : [base, prefix - MAPPED_PREFIX];
}

function parsePrefix(text: string, bits: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= bits ? prefix : undefined;
}
