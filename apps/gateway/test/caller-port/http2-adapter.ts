import { createSendQueue, type ServerTls } from '@rollcall/service-kit';
import { createHttp1Server } from '../../src/adapters/http1-server/http1-server';
import { createRequestListener } from '../../src/adapters/http1-server/request-listener';
import { createHttp2Server } from '../../src/adapters/http2-server/http2-server';
import { createStreamListener } from '../../src/adapters/http2-server/stream-listener';
import { createWriteRound } from '../../src/write-round-loop';
import type { CallerAdapter } from './caller-adapter';
import { connectHttp2Peer } from './http2-peer';

/** @param tls the server's, and the authority that the peer trusts; without it by prior knowledge */
export function http2Adapter(tls?: { readonly server: ServerTls; readonly ca: string }): CallerAdapter {
  const ignore = (): void => undefined;
  return {
    scheme: tls === undefined ? 'http' : 'https',
    httpVersion: '2.0',
    switchesProtocols: false,
    ordersNames: false,
    async start(traffic) {
      const now = (): number => performance.now();
      const sendQueue = createSendQueue(now);
      const own = { ownPaths: ignore, ownBodyTimeoutMs: 10_000 };
      const http2 = createHttp2Server({
        maxStreams: 128,
        maxStreamsInTotal: 1000,
        headersTimeoutMs: 10_000,
        idleMs: 60_000,
        unreadTimeoutMs: 60_000,
        lookEveryMs: undefined,
        onRequest: createStreamListener({ traffic, ...own, onRefused: ignore }),
        writes: createWriteRound(),
        sendQueue,
        events: { sessionEnded: ignore, reset: ignore, goaway: ignore },
        now,
      });
      const server = createHttp1Server({
        host: '127.0.0.1',
        port: 0,
        tls: tls?.server,
        http2: { connections: http2, withoutTls: true },
        headersTimeoutMs: 10_000,
        keepAliveTimeoutMs: 75_000,
        maxConnections: 100,
        onRejected: ignore,
        onRefused: ignore,
        listener: createRequestListener({ traffic, ...own, sendQueue, unreadTimeoutMs: 60_000 }),
        admit: ignore,
        attach: ignore,
      });
      const { port } = await server.start();
      return { connect: () => connectHttp2Peer(port, tls?.ca), stop: () => server.stop(0) };
    },
  };
}
