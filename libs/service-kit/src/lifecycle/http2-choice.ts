import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** The connections of a port whose callers speak HTTP/2; all others are of Node's HTTP/1.1 server. */
export interface Http2Connections {
  /** Takes a connection over. What has been read of it has been put back. */
  serve(socket: Socket): void;
  /** Callers are asked to open no further streams here: what they have sent is served. Idempotent. */
  drain(): void;
  /** As `drain`, for connections that begin from now on too. */
  close(): void;
  /** Ends all of them at once. */
  cut(): void;
}

/** That a server speaks HTTP/2 too. */
export interface Http2Port {
  readonly connections: Http2Connections;
  /** Without TLS too, where callers begin with HTTP/2 (prior knowledge). With TLS it is negotiated by ALPN. */
  readonly withoutTls: boolean;
}

/** In the order in which they are preferred (RFC 7301). */
export const ALPN_WITH_HTTP2 = ['h2', 'http/1.1'];

/** RFC 9113 §3.4. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** To be called before any other listener is added. */
export function chooseByAlpn(server: EventEmitter, { serve }: Pick<Http2Connections, 'serve'>): void {
  const serveHttp1 = takeListeners(server, 'secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === 'h2') serve(socket);
    else serveHttp1(socket);
  });
}

/**
 * Looks at the first bytes of each connection of a port without TLS. To be called before any other listener is added.
 *
 * @param lookMs for a connection's first bytes, after which it is closed
 */
export function chooseByPreface(
  server: EventEmitter,
  { serve }: Pick<Http2Connections, 'serve'>,
  lookMs: number,
): void {
  const serveHttp1 = takeListeners(server, 'connection');
  server.on('connection', (socket: Socket) => {
    let seen: Buffer = Buffer.alloc(0);
    // What ends or breaks before it has shown what it is was no request.
    const giveUp = (): void => void socket.destroy();
    const timer = setTimeout(giveUp, lookMs);
    const onClose = (): void => clearTimeout(timer);
    socket.on('readable', look).on('end', giveUp).on('error', giveUp).on('close', onClose);

    function look(): void {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const length = Math.min(seen.length, PREFACE.length);
      if (PREFACE.compare(seen, 0, length, 0, length) !== 0) handTo(serveHttp1);
      else if (length === PREFACE.length) handTo(serve);
    }

    function handTo(serveIt: (socket: Socket) => void): void {
      clearTimeout(timer);
      socket.off('readable', look).off('end', giveUp).off('error', giveUp).off('close', onClose);
      socket.unshift(seen);
      serveIt(socket);
    }
  });
}

/** What the server would have done with a connection by itself. */
export function takeListeners(server: EventEmitter, event: string): (socket: Socket) => void {
  const listeners = server.rawListeners(event);
  server.removeAllListeners(event);
  return (socket) => {
    for (const listener of listeners) Reflect.apply(listener, server, [socket]);
  };
}
