import type { ServerOptions } from 'node:http';
import { createHttpServer, type HttpServer, type Refusal, type ServerTls } from '@rollcall/service-kit';
import { refusalError } from '../errors';
import type { OpenConnections } from './open-connections';
import { createConnectHandler, createUpgrades, type UpgradeHandlerOptions } from './upgrade-handler';

export interface TrafficServerOptions extends UpgradeHandlerOptions {
  readonly host: string;
  readonly port: number;
  readonly maxHeaderBytes: number;
  readonly tls?: ServerTls | undefined;
  /** Milliseconds for a request's header fields to come in. */
  readonly headersTimeoutMs: number;
  /** Milliseconds a connection may be idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
  readonly onRejected: () => void;
  readonly onRefused: (refusal: Refusal) => void;
  readonly connections: Pick<OpenConnections, 'attach'>;
}

/** The port of the traffic: Node's http server with nothing in front of the handler. */
export function createTrafficServer(options: TrafficServerOptions): HttpServer {
  const { maxHeaderBytes, handle, tunnels, hold, connections, ...limits } = options;
  const serverOptions: ServerOptions = {
    maxHeaderSize: maxHeaderBytes,
    // A total limit would end long uploads; bodies have a clock of their own that only silence runs out.
    requestTimeout: 0,
    // Node's own refusal has no words.
    requireHostHeader: false,
  };
  return createHttpServer({
    // `requestRefusal` does so, on the header list that it has anyway.
    validatesRequests: false,
    ...limits,
    wordRefusal: refusalError,
    serverOptions,
    handler: (req, res) => handle(req, res),
    upgrades: createUpgrades({ handle, tunnels, hold }),
    attach(server) {
      connections.attach(server);
      server.on('connect', createConnectHandler(handle, tunnels));
      // Node would tell the caller to continue at once; that is for whoever takes the body to say.
      server.on('checkContinue', (req, res) => server.emit('request', req, res));
      server.on('checkExpectation', (req, res) => server.emit('request', req, res));
    },
  });
}
