import { plainAddress } from '@rollcall/address-guard';
import type { HeaderList } from './header-list';
import type { RequestFacts } from './request-passes';

/**
 * Whom a request is from: the peer, or whom trusted proxies in front say that they speak for. Read from the right, since
 * everything left of the last address that a trusted proxy wrote may have been made up by the caller.
 */
export function clientAddress(
  headers: HeaderList,
  { peer, peerTrusted }: Pick<RequestFacts, 'peer' | 'peerTrusted'>,
  isTrusted: (address: string) => boolean,
): string {
  if (!peerTrusted) return peer;
  const hops = headers.all('x-forwarded-for').flatMap((value) => value.split(','));
  let believed = peer;
  for (const hop of hops.reverse()) {
    const address = withoutPort(hop.trim());
    if (address === undefined) return believed;
    believed = address;
    if (!isTrusted(address)) return believed;
  }
  return believed;
}

/** Some proxies write `10.0.0.7:1234` or `[2001:db8::1]:1234`. */
function withoutPort(hop: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d+(?:\.\d+){3})(?::\d+)?|([0-9a-fA-F:.]+))$/.exec(hop);
  const address = match?.[1] ?? match?.[2] ?? match?.[3];
  return address === undefined ? undefined : plainAddress(address);
}
