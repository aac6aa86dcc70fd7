import { connect, type AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { IssuedPair } from './private-authority';

/** A door with TLS before a server without. */
export interface TlsTerminator {
  readonly port: number;
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Of each connection that was let in, the names in the certificate that the caller showed. */
  readonly callers: readonly string[];
  close(): Promise<void>;
}

/**
 * @param targetUrl a server of plain HTTP; what is decrypted goes there byte by byte
 * @param options.clientCa PEM text of the authority that has to have signed callers' certificates; default: none is asked for
 */
export async function startTlsTerminator(
  targetUrl: string,
  pair: IssuedPair,
  { clientCa }: { readonly clientCa?: string } = {},
): Promise<TlsTerminator> {
  const { hostname: host, port: targetPort } = new URL(targetUrl);
  const open = new Set<TLSSocket>();
  const callers: string[] = [];
  const asking = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ ...pair, ...asking }, (caller) => {
    open.add(caller);
    callers.push(caller.getPeerX509Certificate()?.subjectAltName ?? '');
    const target = connect(Number(targetPort), host);
    // Whoever of the two goes takes the other along.
    for (const [one, other] of [
      [caller, target],
      [target, caller],
    ] as const) {
      one.pipe(other);
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
    caller.once('close', () => open.delete(caller));
  });
  // A peer that does not trust us is what is being tested, not a fault.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Only a server on a pipe has another kind of address.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    callers,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}
