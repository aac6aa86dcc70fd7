import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { destroyUnused } from '../lifecycle/open-connections';

/** Why a connection never came to its first request. */
export type HandshakeFailure =
  /** HTTP without TLS, on a port that wants TLS. */
  | 'plain_http'
  | 'timed_out'
  /** The peer left in the middle. */
  | 'cut'
  /** No version, cipher or application protocol in common. */
  | 'nothing_in_common'
  /** The peer does not trust the certificate, or is content with no name in it. */
  | 'certificate_rejected'
  /** The peer has shown no certificate where one is required, or one that the authorities did not sign. */
  | 'client_certificate'
  | 'other';

/** The connections of a TLS server that are not yet HTTP's: neither its limits nor its end know of them. */
export interface Handshakes {
  /**
   * Ends each that has lasted for `limitMs` milliseconds and is not over. In TLS 1.3 the caller is done before this side
   * is, and its request may be behind its last message.
   */
  cut(limitMs: number): void;
}

export function watchHandshakes(
  server: Server,
  onFailure: (reason: HandshakeFailure, remoteAddress: string | undefined) => void,
): Handshakes {
  const atIt = new Map<string, { readonly socket: Socket; readonly since: number }>();
  const isAtIt = (peer: string, socket: Socket): boolean => atIt.get(peer)?.socket === socket;
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    atIt.set(peer, { socket, since: performance.now() });
    socket.once('close', () => {
      if (isAtIt(peer, socket)) atIt.delete(peer);
    });
  });
  server.on('secureConnection', (socket: TLSSocket) => atIt.delete(peerOf(socket)));
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    onFailure(failureOf(error.code ?? '', socket), socket.remoteAddress);
    socket.destroy();
  });
  return {
    cut(limitMs) {
      for (const [peer, { socket, since }] of atIt) {
        destroyUnused(socket, since + limitMs - performance.now(), () => isAtIt(peer, socket));
      }
    },
  };
}

/** The same for a TLS socket and for the one beneath it. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

/** OpenSSL's reasons, as Node spells them. */
function failureOf(code: string, { authorizationError }: TLSSocket): HandshakeFailure {
  // Node closes the connection of a caller whose certificate it could not verify, and has no code of its own for that.
  if (isSet(authorizationError) || code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE')
    return 'client_certificate';
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'plain_http';
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'timed_out';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'cut';
  if (/UNSUPPORTED_PROTOCOL|VERSION|NO_SHARED_CIPHER|NO_APPLICATION_PROTOCOL|NO_SUITABLE/.test(code))
    return 'nothing_in_common';
  return /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_)/.test(code) ? 'certificate_rejected' : 'other';
}

/** Node's types promise an error; it is null for who was not asked. */
function isSet(authorizationError: unknown): boolean {
  return authorizationError !== null && authorizationError !== undefined;
}
