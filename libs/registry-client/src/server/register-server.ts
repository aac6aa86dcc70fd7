import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import { createRegistrar, type Registrar, type RegistrarOptions } from '../registrar/registrar';
import { within } from '../registry/wait';
import { createHealthPaths } from './health-paths';
import { countRequests } from './requests-in-flight';

export interface RegisterServerOptions extends Omit<RegistrarOptions, 'advertise'> {
  /** This process's address as others reach it. Default: found out, with the port on which the server listens. */
  readonly advertise?: { readonly url: string };
  /** Throws, or rejects, with why no requests are to come now: `/readyz` and `/health` are 503 then. */
  readonly check?: () => void | Promise<void>;
  /** `false` leaves `/livez`, `/readyz` and `/health` to the server. Default true. */
  readonly healthPaths?: boolean;
  /** What else has to be closed, once the server is: a resolver, a pool, `() => fastify.close()`. */
  readonly close?: () => unknown;
  /**
   * How long requests and WebSockets may still take after the drain, milliseconds, default 10000; those that take longer
   * are cut. Too low fails long ones. Too high: one that hangs delays the shutdown.
   */
  readonly closeTimeoutMs?: number;
  /** `false` leaves SIGTERM and SIGINT, and the end of the process, to the caller of `stop`. Default true. */
  readonly signals?: boolean;
}

/** A server that is registered from the moment in which it listens until it is stopped. */
export interface RegisteredServer {
  /**
   * Drains, finishes what is in flight, takes the instance off the list, closes the server and then what `close` does.
   * Calling it again answers with the first call's promise. Rejects only if `close` does.
   */
  stop(): Promise<void>;
  /** What this process is listed as; undefined while it is not listed. */
  identity(): ReturnType<Registrar['identity']>;
}

const CLOSE_TIMEOUT_MS = 10_000;
const EXIT = { stopped: 0, broken: 1 } as const;

/**
 * Does for one of Node's HTTP servers what a registered service needs: registers it once it listens, answers
 * `/livez`, `/readyz` and `/health`, and at SIGTERM and SIGINT stops it without a failed request and ends the process:
 * with 0, or with 1 at once when a second signal comes. Express's `app.listen()`, `fastify.server` and
 * Koa's `app.listen()` are such servers.
 *
 * @throws as `createRegistrar` does, if the server listens already; else the server's `listening` event does
 */
export function registerServer(server: Server, options: RegisterServerOptions): RegisteredServer {
  const { advertise, check, healthPaths = true, close, signals = true, ...more } = options;
  const { closeTimeoutMs = CLOSE_TIMEOUT_MS, ...registrarOptions } = more;
  let registrar: Registrar | undefined;
  let stopping: Promise<void> | undefined;
  let signalled = false;
  const requests = countRequests(
    server,
    createHealthPaths({
      identity: nameOfInstance,
      isDraining: () => stopping !== undefined,
      check,
      answers: healthPaths,
      healthPath: registrarOptions.registration.health_path,
    }),
  );

  if (server.listening) register();
  else server.once('listening', register);
  // Somebody else has closed it: nobody must be sent here any more.
  server.once('close', () => void stop().catch(() => undefined));
  if (signals) for (const signal of SIGNALS) process.on(signal, onSignal);

  function register(): void {
    const address = server.address();
    if (stopping !== undefined || address === null) return;
    if (typeof address === 'string' && advertise === undefined)
      throw new TypeError(
        `advertise: the server listens on ${address}, which has no port; set advertise.url`,
      );
    const port = typeof address === 'string' ? 0 : address.port;
    registrar = createRegistrar({
      ...registrarOptions,
      advertise: advertise ?? { port, secure: server instanceof TlsServer },
    });
    void registrar.start();
  }

  function nameOfInstance(): string | undefined {
    const identity = registrar?.identity();
    return identity && `${identity.instance_id}/${identity.epoch}`;
  }

  async function end(): Promise<void> {
    requests.drain();
    server.off('listening', register);
    let deadline = performance.now() + closeTimeoutMs;
    await registrar?.stop({
      async whenIdle() {
        // Requests went on coming until now.
        deadline = performance.now() + closeTimeoutMs;
        await within(closeTimeoutMs, requests.whenIdle(), { ref: true });
      },
    });
    const inTime = (work: Promise<void>) =>
      within(Math.max(0, deadline - performance.now()), work, { ref: true });
    await inTime(requests.whenAccepted());
    // Node ends idle connections with this, and calls back when the last connection has gone.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await inTime(closed);
    server.closeAllConnections();
    requests.cutUpgraded();
    await closed;
    if (!signalled) for (const signal of SIGNALS) process.off(signal, onSignal);
    await close?.();
  }

  function stop(): Promise<void> {
    return (stopping ??= end());
  }

  function onSignal(): void {
    if (signalled) process.exit(EXIT.broken);
    signalled = true;
    // A rejection is left to Node, which shows it and ends the process with 1.
    void stop().then(() => process.exit(EXIT.stopped));
  }

  return { stop, identity: () => registrar?.identity() };
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
