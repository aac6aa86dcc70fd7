import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ForbiddenAddressError, type AddressGuard } from '@rollcall/address-guard';
import type { KeyPairTexts } from '@rollcall/service-kit';
import type { SocketReads } from './socket-reads';

export interface SocketOptions {
  /** Judges each address that a connection is about to be made to, and the name before it. */
  readonly guard: Pick<AddressGuard, 'checkHost' | 'lookup'>;
  /** Authorities that https instances are verified against, PEM, asked for each connection; the system's when absent. */
  readonly ca?: (() => string) | undefined;
  /** Shown to https instances that ask for a certificate, asked for each connection; none when absent. */
  readonly pair?: (() => KeyPairTexts | undefined) | undefined;
}

export interface SocketOpenerOptions extends SocketOptions {
  /** Offered over TLS (ALPN); HTTP/1.1 when absent. */
  readonly protocols?: readonly string[];
}

/** An opener of sockets to one origin. `ready` is the event after which bytes can be sent. */
export interface SocketOpener {
  readonly ready: 'connect' | 'secureConnect';
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, as a Host field names them. */
  readonly authority: string;
  /**
   * @param reads gets the bytes that come; without it they are read from the socket's stream
   * @throws ForbiddenAddressError for a literal address: no look-up is asked for those
   */
  open(reads?: SocketReads): Socket;
}

/** @param origin scheme, host and port */
export function createSocketOpener(
  origin: string,
  { guard, ca, pair, protocols = ['http/1.1'] }: SocketOpenerOptions,
): SocketOpener {
  const { protocol, hostname, host: authority, port } = new URL(origin);
  // A URL writes IPv6 addresses in brackets, sockets do not.
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const target = {
    host,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    lookup: guard.lookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  };
  let session: Buffer | undefined;
  let trusted: string | undefined;
  let shown: KeyPairTexts | undefined;

  function openTls(reads: SocketReads | undefined): Socket {
    const authorities = ca?.();
    const own = pair?.();
    // A resumed session is not verified again: after a change of authorities, each instance has to show its certificate,
    // and after one of our own we have to show that.
    if (authorities !== trusted || own !== shown) session = undefined;
    trusted = authorities;
    shown = own;
    const socket = connectTls({
      ...target,
      ALPNProtocols: [...protocols],
      // SNI is for names; an address in it is a protocol error (RFC 6066 §3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authorities === undefined ? {} : { ca: authorities }),
      ...own,
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (next: Buffer) => {
      if (authorities === trusted && own === shown) session = next;
    });
    // OpenSSL decrypts into memory of its own first, 16 KiB at most, so reads into ours would save little.
    socket.setNoDelay(true);
    return reads === undefined ? socket : socket.on('data', reads.onData);
  }

  return {
    origin,
    ready: secure ? 'secureConnect' : 'connect',
    authority,
    open(reads) {
      const verdict = guard.checkHost(hostname);
      if (!verdict.allowed) throw new ForbiddenAddressError(hostname, verdict);
      if (secure) return openTls(reads);
      return connectTcp(reads === undefined ? target : { ...target, onread: reads.onread });
    },
  };
}
