import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { AppError } from '../errors/app-error';
import { createTlsFront, type ServerTls } from '../tls/tls-front';
import { ambiguousRequest, versionNotSupported } from './client-error';
import { ANSWER_AFTER_HALF_CLOSE_MS } from './half-closed';
import { messageFault } from './message-fault';
import { createRefusals, type Refusal } from './refusals';
import { createTurns } from './turns';
import { watchUnusedConnections } from './unused-connections';
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
  /** Milliseconds to send the headers in; default 10 000. */
  readonly headersTimeoutMs?: number;
  /**
   * Milliseconds for a whole request to come in, its body included; default 15 000, 0 for as long as it likes (uploads).
   * Too low: callers on slow networks get 408. Too high: one that sends a byte now and then keeps its connection.
   */
  readonly requestTimeoutMs?: number;
  /** Speaks TLS, and nothing else. Default: plain HTTP. */
  readonly tls?: ServerTls | undefined;
  /**
   * Milliseconds in which an answer has to begin once its caller has closed its half of the connection; default 5000.
   * Too low fails callers that close early; too high lets callers that have gone keep what they had asked for.
   */
  readonly halfCloseGraceMs?: number;
  /**
   * Connections at once; default any number. One more is closed unread, so that it is safe to try elsewhere. Too low
   * turns callers away; too high lets a flood take the memory and the file descriptors that the others need.
   */
  readonly maxConnections?: number;
  /** A connection more than that was closed. */
  readonly onTurnedAway?: () => void;
  /** `false` where `handler` itself refuses requests that can be read in two ways. Default: 400 here. */
  readonly judgesMessages?: boolean;
  /** Told of each caller whose bytes were no request. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Puts such an error into the app's own words. */
  readonly wordRefusal?: (error: AppError) => AppError;
  /** More of Node's own options, e.g. `maxHeaderSize`; they win over the ones above. */
  readonly serverOptions?: ServerOptions;
  /** Takes offers to switch protocols. Default: every one is ignored, and its request served like any other. */
  readonly upgrades?: Upgrades;
  /** Called once with the server, to listen to what is not an ordinary request (`connect`, `checkContinue`). */
  readonly attach?: (server: Server) => void;
}

/** A listening socket with an end that loses nobody: drain, wait until idle, stop. */
export interface HttpServer {
  /** @throws AppError `PORT_TAKEN`, naming the variable to change; `TLS_REFUSED` */
  start(): Promise<{ port: number }>;
  /** From now on every answer closes its connection, so that callers move to another instance. Idempotent. */
  drain(): void;
  /** Resolves when no request is being served. */
  whenIdle(): Promise<void>;
  /** Drains, serves to the end what is in flight, at most `timeoutMs` (10 000) long, then cuts. Idempotent. */
  stop(timeoutMs?: number): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { handler, host, port, portVariable = 'PORT', judgesMessages = true } = options;
  const turns = createTurns({
    serve(req, res) {
      // What Node's parser takes beside HTTP/1.0 and 1.1: 0.9 and 2.0.
      if (req.httpVersionMajor !== 1) return refusals.answer(req, res, versionNotSupported());
      const fault = judgesMessages ? messageFault(req) : undefined;
      if (fault !== undefined) return refusals.answer(req, res, ambiguousRequest(fault));
      if (draining) res.shouldKeepAlive = false;
      handler(req, res);
    },
    onIdle() {
      for (const resolve of idleWaiters.splice(0)) resolve();
    },
    halfCloseGraceMs: options.halfCloseGraceMs ?? ANSWER_AFTER_HALF_CLOSE_MS,
  });
  const refusals = createRefusals({
    turns,
    onRefused: options.onRefused,
    wordRefusal: options.wordRefusal,
  });
  const front = options.tls && createTlsFront(options.tls, serverOptions(options), turns.take);
  const server: Server = front?.server ?? createServer(serverOptions(options), turns.take);
  const unused = watchUnusedConnections(server, front ? 'secureConnection' : 'connection');
  server.on('clientError', refusals.onClientError);
  const offers = createUpgradeOffers({
    turns,
    upgrades: options.upgrades,
    serve: (socket) => server.emit(front ? 'secureConnection' : 'connection', socket),
  });
  server.on('upgrade', offers.onUpgrade);
  // Otherwise Node would end its half as soon as the caller has ended the other, whatever was still to be answered.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Node would leave out the fields beyond a number without a word, and Content-Length may be among them.
  server.maxHeadersCount = 0;
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on('drop', () => options.onTurnedAway?.());
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
    for (const res of turns) if (!res.headersSent) res.shouldKeepAlive = false;
  }

  function whenIdle(): Promise<void> {
    return turns.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
  }

  async function close(timeoutMs: number): Promise<void> {
    drain();
    front?.cutHandshakes();
    if (server.listening) {
      const cut = setTimeout(() => {
        server.closeAllConnections();
        offers.cut();
      }, timeoutMs);
      unused.cut();
      server.closeIdleConnections();
      // Not by `server.close()`, which stops the clock of heads and bodies too: half a request would never be late.
      await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      clearTimeout(cut);
      // The clock, which nobody needs any more.
      server.close();
    }
    front?.stop();
  }
}

function serverOptions({
  keepAliveTimeoutMs = 75_000,
  headersTimeoutMs = 10_000,
  requestTimeoutMs = 15_000,
  serverOptions,
}: HttpServerOptions): ServerOptions {
  return {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Node looks for late headers only this often; its default is 30 s.
    connectionsCheckingInterval: 1000,
    ...serverOptions,
  };
}

function listenError(error: Error, host: string, port: number, portVariable: string): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (NOT_LOCAL.has(code)) {
    const setting = portVariable.replace('PORT', 'HOST');
    return new AppError({
      code: 'HOST_NOT_LOCAL',
      status: 500,
      message: `${host} is not an address of this machine (${code}). Set ${setting} to one that is, or to 0.0.0.0 for all of them.`,
      setting,
      cause: error,
    });
  }
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const fault = code === 'EADDRINUSE' ? 'is taken' : 'may not be opened by this user';
  return new AppError({
    code: 'PORT_TAKEN',
    status: 500,
    message: `Port ${port} on ${host} ${fault}. Set ${portVariable} to another one.`,
    cause: error,
  });
}

/** An address of another machine, one of a family that this one does not have, or a name that does not resolve. */
const NOT_LOCAL: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EINVAL',
]);
