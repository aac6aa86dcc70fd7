import { isIPv6 } from 'node:net';
import { plainAddress } from '@rollcall/address-guard';

export interface ListeningPort {
  readonly port: number;
  /** Whether TLS is spoken there; default false. */
  readonly secure?: boolean;
}

/**
 * The URL of a port on a local address. A dual-stack socket names IPv4 peers as `::ffff:10.0.0.7`, which few
 * callers can parse in a URL and which would be another instance than `10.0.0.7`.
 */
export function advertisedUrl(localAddress: string, { port, secure = false }: ListeningPort): string {
  const address = plainAddress(localAddress);
  return `${secure ? 'https' : 'http'}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
