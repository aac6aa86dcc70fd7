import type { Server, ServerOptions } from 'node:http';
import {
  createHttpServer,
  type Http2Port,
  type HttpServer,
  type Refusal,
  type ServerTls,
} from '@rollcall/service-kit';
import { refusalError } from '../../errors';
import { createConnectHandler, createUpgrades, type UpgradeHandlerOptions } from './upgrade-handler';

export interface Http1ServerOptions extends UpgradeHandlerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls | undefined;
  /** Callers of HTTP/2 on the same port; none where it is undefined. */
  readonly http2?: Http2Port | undefined;
  /** Milliseconds for a request's header fields to come in. */
  readonly headersTimeoutMs: number;
  /** Milliseconds a connection may be idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
  readonly onRejected: () => void;
  readonly onRefused: (refusal: Refusal) => void;
  /** Called once with the server, to count its connections. */
  readonly attach: (server: Server) => void;
}

/** Bytes of a request's head. */
const MAX_HEADER_BYTES = 16_384;

/** The port of the traffic: Node's http server with nothing in front of the listener. */
export function createHttp1Server(options: Http1ServerOptions): HttpServer {
  const { listener, admit, attach, ...limits } = options;
  const serverOptions: ServerOptions & { optimizeEmptyRequests: boolean } = {
    maxHeaderSize: MAX_HEADER_BYTES,
    // A total limit would end long uploads; bodies have a clock of their own that only silence runs out.
    requestTimeout: 0,
    // Refused by `requestRefusal`, whose answer says why.
    requireHostHeader: false,
    // A request without a body has none to be read and thrown away: its stream begins ended (Node 24; ignored by 20).
    optimizeEmptyRequests: true,
  };
  return createHttpServer({
    // `requestRefusal` does so, on the header list that it has anyway.
    validatesRequests: false,
    ...limits,
    wordRefusal: refusalError,
    serverOptions,
    handler: (req, res) => listener(req, res),
    upgrades: createUpgrades({ listener, admit }),
    attach(server) {
      attach(server);
      server.on('connect', createConnectHandler(listener, admit));
      // Node would tell the caller to continue at once; it is told when its body is read.
      server.on('checkContinue', (req, res) => server.emit('request', req, res));
      server.on('checkExpectation', (req, res) => server.emit('request', req, res));
    },
  });
}
