import { connect, isIPv6 } from 'node:net';
import { plainAddress } from '@rollcall/address-guard';
import { failureOfError, type RegistryFailure } from '../registry/registry-failure';

export interface ListeningPort {
  readonly port: number;
  /** Whether TLS is spoken there; default false. */
  readonly secure?: boolean;
}

/** This process's own address: the one that was given, or its port at the address from which it reaches the registry. */
export async function ownAddress(
  advertise: { readonly url: string } | ListeningPort,
  registryUrl: string,
  timeoutMs: number,
): Promise<{ readonly url: string } | { readonly failure: RegistryFailure }> {
  if ('url' in advertise) return { url: advertise.url };
  const local = await localAddressTowards(registryUrl, timeoutMs);
  return 'failure' in local ? local : { url: advertisedUrl(local.address, advertise) };
}

/**
 * The URL of a port on a local address. A dual-stack socket names IPv4 peers as `::ffff:10.0.0.7`, which few
 * callers can parse in a URL and which would be another instance than `10.0.0.7`.
 */
export function advertisedUrl(localAddress: string, { port, secure = false }: ListeningPort): string {
  const address = plainAddress(localAddress);
  return `${secure ? 'https' : 'http'}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/**
 * The local address of a connection to the registry: the one that others in its network can use, in a container and
 * on a host with several interfaces alike. Determined anew at each registration, since it may change.
 */
function localAddressTowards(
  registryUrl: string,
  timeoutMs: number,
): Promise<{ readonly address: string } | { readonly failure: RegistryFailure }> {
  const { hostname, port, protocol } = new URL(registryUrl);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    });
    const timer = setTimeout(
      () =>
        finish({
          failure: { code: 'ETIMEDOUT', message: `no connection to ${registryUrl} within ${timeoutMs} ms` },
        }),
      timeoutMs,
    );
    function finish(result: { address: string } | { failure: RegistryFailure }): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    }
    socket.once('connect', () => finish({ address: socket.localAddress ?? '127.0.0.1' }));
    socket.once('error', (error) => finish({ failure: failureOfError(error) }));
  });
}
