import { createSendQueue, type ServerTls } from '@rollcall/service-kit';
import { createHttp1Server } from '../../src/adapters/http1-server/http1-server';
import { createRequestListener } from '../../src/adapters/http1-server/request-listener';
import type { CallerAdapter } from './caller-adapter';
import { connectHttp1Peer } from './http1-peer';

/** @param tls the server's, and the authority that the peer trusts */
export function http1Adapter(tls?: { readonly server: ServerTls; readonly ca: string }): CallerAdapter {
  return {
    scheme: tls === undefined ? 'http' : 'https',
    httpVersion: '1.1',
    switchesProtocols: true,
    ordersNames: true,
    async start(traffic) {
      const server = createHttp1Server({
        host: '127.0.0.1',
        port: 0,
        tls: tls?.server,
        headersTimeoutMs: 10_000,
        keepAliveTimeoutMs: 75_000,
        maxConnections: 100,
        onRejected: () => undefined,
        onRefused: () => undefined,
        listener: createRequestListener({
          traffic,
          ownPaths: (_req, res) => res.end(),
          ownBodyTimeoutMs: 10_000,
          sendQueue: createSendQueue(() => performance.now()),
          unreadTimeoutMs: 60_000,
        }),
        admit: () => undefined,
        attach: () => undefined,
      });
      const { port } = await server.start();
      return { connect: () => connectHttp1Peer(port, tls?.ca), stop: () => server.stop(0) };
    },
  };
}
