import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import type { AppError } from '../errors/app-error';
import { createTlsFront, type ServerTls } from '../tls/tls-front';
import { ambiguousRequest, versionNotSupported } from './client-error';
import { ANSWER_AFTER_HALF_CLOSE_MS } from './half-closed';
import { chooseByPreface, type Http2Port } from './http2-choice';
import { watchIdleTimeouts } from './idle-timeouts';
import { acceptBacklog } from './listen-backlog';
import { listenError } from './listen-error';
import { messageFault } from './message-fault';
import { createRefusals, type Refusal } from './refusals';
import { createPipelines } from './pipelines';
import { FIRST_BYTE_MS, watchUnusedConnections } from './unused-connections';
import { createUpgradeOffers, type Upgrades } from './upgrade-offers';

export interface HttpServerOptions {
  readonly handler: RequestListener;
  readonly host: string;
  readonly port: number;
  /** The variable to change when the port is taken. Default `PORT`. */
  readonly portVariable?: string;
  /**
   * Milliseconds an idle connection is kept; default 75 000. Callers that keep connections must let go earlier
   * (the gateway does at 60 000), or they send a request into a connection that is being closed
   * (https://github.com/nodejs/node/issues/20256).
   */
  readonly keepAliveTimeoutMs?: number;
  /** Milliseconds in which the header fields have to be received; default 10 000. */
  readonly headersTimeoutMs?: number;
  /**
   * Milliseconds in which a request has to be received, body included; default 15 000; 0 is no limit (uploads).
   * Too low: callers on slow networks get 408. Too high: one that sends a byte now and then keeps its connection.
   */
  readonly requestTimeoutMs?: number;
  /** Serves TLS only. Default: plain HTTP. */
  readonly tls?: ServerTls | undefined;
  /**
   * Milliseconds in which an answer has to begin once its caller has closed its half of the connection; default 5000.
   * Too low fails callers that close early; too high keeps requests in progress whose caller has gone.
   */
  readonly halfCloseGraceMs?: number;
  /**
   * Connections at once; default any number. One more is closed unread, so that it is safe to try elsewhere. Too low
   * turns callers away; too high lets a flood take the memory and the file descriptors that the others need.
   */
  readonly maxConnections?: number;
  /** Called for each connection that was rejected because of `maxConnections`. */
  readonly onRejected?: () => void;
  /** `false` where `handler` itself rejects ambiguous requests. Default: they are answered with 400 before it. */
  readonly validatesRequests?: boolean;
  /** Called for each malformed request. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Replaces such an error by the app's own. */
  readonly wordRefusal?: (error: AppError) => AppError;
  /** More of Node's own options, e.g. `maxHeaderSize`; they win over the ones above. */
  readonly serverOptions?: ServerOptions;
  /** Takes offers to switch protocols. Default: every one is ignored, and its request served like any other. */
  readonly upgrades?: Upgrades;
  /** Serves callers of HTTP/2 on the same port. Default: HTTP/1.1 only. */
  readonly http2?: Http2Port | undefined;
  /** Called once with the server, to listen for other events than `request` (`connect`, `checkContinue`). */
  readonly attach?: (server: Server) => void;
}

/** An HTTP server with a graceful shutdown: drain, wait until idle, stop. */
export interface HttpServer {
  /** @throws AppError `PORT_TAKEN`, naming the variable to change; `TLS_REFUSED` */
  start(): Promise<{ port: number }>;
  /** From now on every response closes its connection, so that callers move to another instance. Idempotent. */
  drain(): void;
  /** Resolves when no request is in progress. */
  whenIdle(): Promise<void>;
  /** Drains, finishes requests in flight for at most `timeoutMs` (10 000), then closes all connections. Idempotent. */
  stop(timeoutMs?: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { handler, host, port, portVariable = 'PORT', validatesRequests = true, http2 } = options;
  const pipelines = createPipelines({
    serve(req, res) {
      // Node's parser accepts HTTP/0.9 and 2.0 too.
      if (req.httpVersionMajor !== 1) return refusals.answer(req, res, versionNotSupported());
      const fault = validatesRequests ? messageFault(req) : undefined;
      if (fault !== undefined) return refusals.answer(req, res, ambiguousRequest(fault));
      if (draining) res.shouldKeepAlive = false;
      handler(req, res);
    },
    onIdle() {
      for (const resolve of idleWaiters.splice(0)) resolve();
    },
    halfCloseGraceMs: options.halfCloseGraceMs ?? ANSWER_AFTER_HALF_CLOSE_MS,
    receiveMs: Math.max(
      options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    ),
  });
  const refusals = createRefusals({
    pipelines,
    onRefused: options.onRefused,
    wordRefusal: options.wordRefusal,
  });
  const nodeOptions = serverOptions(options);
  const front =
    options.tls &&
    createTlsFront(options.tls, {
      http1: { options: nodeOptions, listener: pipelines.take },
      http2: http2?.connections,
    });
  const server: Server = front?.server ?? createServer(nodeOptions, pipelines.take);
  if (front === undefined && http2?.withoutTls === true)
    chooseByPreface(server, http2.connections, options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS);
  const connection = front ? 'secureConnection' : 'connection';
  watchIdleTimeouts(server, connection);
  const unused = watchUnusedConnections(server, connection);
  server.on('clientError', refusals.onClientError);
  const offers = createUpgradeOffers({
    pipelines,
    upgrades: options.upgrades,
    serve: (socket) => server.emit(connection, socket),
  });
  server.on('upgrade', offers.onUpgrade);
  // Otherwise Node closes its half as soon as the caller has closed the other, even with requests to answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  // With a limit Node drops the fields beyond it silently, Content-Length among them.
  server.maxHeadersCount = 0;
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on('drop', () => options.onRejected?.());
  options.attach?.(server);
  if (server.listenerCount('connect') === 0) server.on('connect', refusals.onConnect);
  const idleWaiters: (() => void)[] = [];
  let draining = false;
  let stopped: Promise<void> | undefined;

  return { start, drain, whenIdle, stop: (timeoutMs = 10_000) => (stopped ??= close(timeoutMs)) };

  function start(): Promise<{ port: number }> {
    return new Promise((resolve, reject) => {
      front?.start();
      server.once('error', (error) => reject(listenError(error, host, port, portVariable)));
      server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port }));
    });
  }

  function drain(): void {
    draining = true;
    for (const res of pipelines) if (!res.headersSent) res.shouldKeepAlive = false;
    http2?.connections.drain();
  }

  function whenIdle(): Promise<void> {
    return pipelines.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
  }

  async function close(timeoutMs: number): Promise<void> {
    drain();
    if (server.listening) {
      await acceptBacklog(server);
      const cut = setTimeout(() => {
        front?.cutHandshakes(0);
        server.closeAllConnections();
        offers.cut();
        http2?.connections.cut();
      }, timeoutMs);
      http2?.connections.close();
      front?.cutHandshakes(FIRST_BYTE_MS);
      unused.cut();
      server.closeIdleConnections();
      // Not by `server.close()`, which also stops the time-outs of requests: an incomplete one would wait for ever.
      await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      clearTimeout(cut);
      // Now the time-outs may stop, too.
      server.close();
    }
    front?.stop();
  }
}

function serverOptions({
  keepAliveTimeoutMs = 75_000,
  headersTimeoutMs = HEADERS_TIMEOUT_MS,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  serverOptions,
}: HttpServerOptions): ServerOptions {
  return {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Node checks its time-outs only this often; its default is 30 s.
    connectionsCheckingInterval: 1000,
    ...serverOptions,
  };
}
