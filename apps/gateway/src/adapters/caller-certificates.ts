import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateNames } from '@rollcall/service-kit';
import { writeClientCertificate, type ClientCertificate } from '../headers/client-certificate';

/** What the other end of a connection has shown; `undefined` for a caller without a certificate. */
export type CertificateOf = (socket: Socket) => ClientCertificate | undefined;

/** Reads the certificate of each connection once, with its first request. */
export function createCertificateOf(): CertificateOf {
  const known = new WeakMap<Socket, ClientCertificate | null>();

  return (socket) => {
    let certificate = known.get(socket);
    if (certificate === undefined) {
      certificate = read(socket) ?? null;
      known.set(socket, certificate);
    }
    return certificate ?? undefined;
  };
}

function read(socket: Socket): ClientCertificate | undefined {
  // A session that was resumed without a certificate is "authorized", too: Node finds nothing wrong with none.
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) return undefined;
  const own = socket.getX509Certificate();
  const { fingerprint256, subject } = shown;
  return writeClientCertificate(
    { fingerprint256, subject, ...certificateNames(shown) },
    own === undefined ? [] : certificateNames(own).uris,
  );
}
