import { createServer, type Server, type ServerOptions } from 'node:https';
import type { RequestListener } from 'node:http';
import { ALPN_WITH_HTTP2, chooseByAlpn, type Http2Connections } from '../lifecycle/http2-choice';
import { createAuthorityLoop } from './authority-loop';
import {
  clientCertificateOptions,
  refuseBadCertificates,
  type ClientCertificates,
} from './client-certificates';
import { watchHandshakes, type HandshakeFailure } from './handshakes';
import type { KeyPair } from './key-pair';
import { readKeyPairFiles, type KeyPairFiles } from './key-pair-files';
import { createKeyPairLoop, type KeyPairEvent } from './key-pair-loop';

/** That a server speaks TLS, and with what. */
export interface ServerTls {
  readonly files: KeyPairFiles;
  readonly onCertificate: (event: KeyPairEvent) => void;
  readonly onHandshakeFailure: (reason: HandshakeFailure, remoteAddress: string | undefined) => void;
  /** Default: callers are asked for no certificate. */
  readonly clients?: ClientCertificates | undefined;
  /**
   * Milliseconds to get from a connection to its first request in; default 10 000, as for headers. Too low cuts
   * callers far away; too high lets strangers hold sockets.
   */
  readonly handshakeTimeoutMs?: number;
  /** How often the files are looked at, milliseconds; default 5000. */
  readonly reloadEveryMs?: number;
}

/** Node's HTTPS server with a certificate that can be renewed beneath it: established connections never notice. */
export interface TlsFront {
  readonly server: Server;
  /** Call before listening. @throws AppError `TLS_REFUSED` */
  start(): void;
  /** See `Handshakes.cut`. */
  cutHandshakes(limitMs: number): void;
  /** Stops following the files. Call once no request is served any more: until then a SIGHUP has to be handled, or it ends the process. */
  stop(): void;
}

/** What a server speaks over TLS. */
export interface TlsApplication {
  readonly http1: { readonly options: ServerOptions; readonly listener: RequestListener };
  /** Offered beside HTTP/1.1 where there is one. */
  readonly http2: Pick<Http2Connections, 'serve'> | undefined;
}

/** TLS 1.2 is the oldest that RFC 9325 §3.1.1 lets a server offer. */
const MIN_VERSION = 'TLSv1.2';
/** Seconds in which a caller may come back without a full handshake; a renewed certificate ends it earlier. */
const TICKET_LIFE_SECONDS = 300;

export function createTlsFront(
  {
    files,
    onCertificate,
    onHandshakeFailure,
    clients,
    handshakeTimeoutMs = 10_000,
    reloadEveryMs,
  }: ServerTls,
  { http1, http2 }: TlsApplication,
): TlsFront {
  const server = createServer(
    {
      ...http1.options,
      // As Node's HTTP server has it: a caller that has said all it has to say (close_notify) is answered.
      allowHalfOpen: true,
      minVersion: MIN_VERSION,
      // A client that speaks none of them fails in the TLS handshake, instead of sending a request that cannot be parsed.
      ALPNProtocols: http2 === undefined ? ['http/1.1'] : ALPN_WITH_HTTP2,
      handshakeTimeout: handshakeTimeoutMs,
      ...clientCertificateOptions(clients),
    },
    http1.listener,
  );
  if (http2 !== undefined) chooseByAlpn(server, http2);
  if (clients !== undefined)
    refuseBadCertificates(server, (remoteAddress) => onHandshakeFailure('client_certificate', remoteAddress));
  // Node's own listener makes a `clientError` of it; but no request is refused where none was made.
  server.removeAllListeners('tlsClientError');
  const handshakes = watchHandshakes(server, onHandshakeFailure);
  const everyMs = reloadEveryMs === undefined ? {} : { everyMs: reloadEveryMs };
  let pair: KeyPair | undefined;
  const authority =
    clients &&
    createAuthorityLoop({
      file: clients.caFile,
      setting: 'CLIENT_CA_FILE',
      onEvent(event) {
        if (event.type === 'loaded') serve();
        clients.onAuthority(event);
      },
      ...everyMs,
    });
  const loop = createKeyPairLoop({
    read: () => readKeyPairFiles(files),
    serve(next) {
      pair = next;
      serve();
    },
    onEvent: onCertificate,
    ...everyMs,
  });

  /** In a new context: what a session that is resumed was verified against is not looked at again. */
  function serve(): void {
    if (pair === undefined) return;
    server.setSecureContext({
      cert: pair.cert,
      key: pair.key,
      minVersion: MIN_VERSION,
      sessionTimeout: TICKET_LIFE_SECONDS,
      ...(authority && { ca: authority.current() }),
    });
  }

  return {
    server,
    start() {
      loop.start();
      authority?.start();
    },
    cutHandshakes: (limitMs) => handshakes.cut(limitMs),
    stop() {
      loop.stop();
      authority?.stop();
    },
  };
}
