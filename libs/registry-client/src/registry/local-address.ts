import { connect } from 'node:net';
import { failureOfError, type RegistryFailure } from './registry-failure';

/**
 * The address of this machine as seen from the way to a registry: the one that others in its network can use,
 * in a container and on a host with several interfaces alike. Learned anew at each registration, for it may change.
 */
export function localAddressTowards(
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
      () => finish({ failure: { code: 'ETIMEDOUT', message: `no connection within ${timeoutMs} ms` } }),
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
