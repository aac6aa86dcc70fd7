import type { X509Certificate } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { takeListeners } from '../lifecycle/http2-choice';
import type { AuthorityEvent } from './authority-loop';

/** That callers are asked for a certificate, and whose. */
export interface ClientCertificates {
  /** PEM file of the authorities that have to have signed it. */
  readonly caFile: string;
  /** Whether a caller without one is turned away. One that is shown has to be good in any case. */
  readonly isRequired: boolean;
  readonly onAuthority: (event: AuthorityEvent) => void;
}

/** What Node's server is told of it, besides the authorities, which come with each secure context. */
export function clientCertificateOptions(clients: ClientCertificates | undefined): ServerOptions {
  return clients === undefined ? {} : { requestCert: true, rejectUnauthorized: clients.isRequired };
}

/**
 * Closes the connection of a caller that shows a bad certificate, before anything of it is read. Where one is required Node
 * does so by itself; where none is, Node lets every certificate pass, that of an unknown authority as well. To be called
 * after whatever serves connections has been set up.
 */
export function refuseBadCertificates(
  server: EventEmitter,
  onRefused: (remoteAddress: string | undefined) => void,
): void {
  const serve = takeListeners(server, 'secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.authorized || socket.getPeerX509Certificate() === undefined) return serve(socket);
    onRefused(socket.remoteAddress);
    socket.destroy();
  });
}

/**
 * The certificate that a caller has shown, if the handshake has verified it. To be "authorized" is not enough: a session that
 * was resumed without one is, since Node finds nothing wrong with none.
 */
export function verifiedCertificate(socket: Socket): X509Certificate | undefined {
  return socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
}
