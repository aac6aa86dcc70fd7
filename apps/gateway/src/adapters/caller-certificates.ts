import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateNames, verifiedCertificate } from '@rollcall/service-kit';
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
  const shown = verifiedCertificate(socket);
  if (shown === undefined) return undefined;
  const own = socket instanceof TLSSocket ? socket.getX509Certificate() : undefined;
  const { fingerprint256, subject } = shown;
  return writeClientCertificate(
    { fingerprint256, subject, ...certificateNames(shown) },
    own === undefined ? [] : certificateNames(own).uris,
  );
}
