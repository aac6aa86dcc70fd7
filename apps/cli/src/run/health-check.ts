import { request as requestPlain } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { connect, isIPv6, type LookupFunction, type Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { tlsFaultOf } from '@rollcall/registry-client';
import type { TlsTexts } from '../tls-texts';

export interface HealthCheck {
  readonly port: number;
  /** Where the program listens, if not on loopback. */
  readonly host: string | undefined;
  /** Asked for by HTTP; `undefined`: a connection is enough. */
  readonly path: string | undefined;
  /** Whether the program speaks TLS. */
  readonly secure: boolean;
  /** The certificate and key that it is shown when it asks for one; taken for each check anew, as they may be renewed. */
  readonly clientPair: () => Pick<TlsTexts, 'cert' | 'key'>;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

export type Health = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Asks a program whether it is well: an answer below 500, or a connection. Never rejects. */
export function checkHealth(check: HealthCheck): Promise<Health> {
  return new Promise((resolve) => {
    const { port, path, timeoutMs } = check;
    const asked = path === undefined ? `port ${port}` : `${path} on port ${port}`;
    const begin = path === undefined ? connectTo : ask;
    const stop = begin(check, (health) => {
      clearTimeout(timer);
      resolve(health);
    });
    const late = (): void => {
      resolve({ ok: false, why: `${asked} does not answer within ${timeoutMs} ms` });
      stop();
    };
    // What has come by then is read first: after a pause of this process timers come before reads.
    const timer = setTimeout(() => setImmediate(late), timeoutMs);
  });
}

type Ask = (check: HealthCheck, done: (health: Health) => void) => () => void;

const connectTo: Ask = ({ port, host }, done) => {
  const socket = connect({ port, ...where(host) });
  socket.once('connect', () => {
    const alone = isConnectedToItself(socket);
    socket.destroy();
    done(alone ? { ok: false, why: `port ${port}: ECONNREFUSED` } : { ok: true });
  });
  socket.once('error', (error) => done({ ok: false, why: `port ${port}: ${wordOf(error)}` }));
  return () => socket.destroy();
};

/**
 * Whether both ends are one socket. TCP connects one that was given the very port that it asks for, where nobody listens
 * (RFC 9293 §3.5, simultaneous open): a port among those that the system gives to connections comes to that now and then.
 */
export function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}

const ask: Ask = ({ port, host, path, secure, clientPair }, done) => {
  const options = { port, path, agent: false, ...where(host) };
  // Whether it lives is asked, and not who it is: its certificate is for the name that its callers use.
  const request = secure
    ? requestOverTls({ ...options, rejectUnauthorized: false, ...clientPair() })
    : requestPlain(options);
  request.once('response', (response) => {
    const { statusCode = 0 } = response;
    response.destroy();
    done(statusCode < 500 ? { ok: true } : { ok: false, why: `${path} answers ${statusCode}` });
  });
  request.once('error', (error) => done({ ok: false, why: `${path} on port ${port}: ${wordOf(error)}` }));
  request.end();
  return () => request.destroy();
};

/** Loopback by IPv4, else by IPv6, without asking how this machine resolves `localhost`. */
function where(host: string | undefined): { readonly host: string; readonly lookup?: LookupFunction } {
  return host === undefined ? { host: 'localhost', lookup: loopback } : { host };
}

const LOOPBACK = ['127.0.0.1', '::1'].map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));

const loopback: LookupFunction = (_name, options, callback) => {
  if (options.all === true) callback(null, LOOPBACK);
  else callback(null, '127.0.0.1', 4);
};

/** Both addresses have failed where there are several errors; they mostly have the same code. */
function wordOf(error: unknown): string {
  if (error instanceof AggregateError) return wordOf(error.errors[0]);
  switch (tlsFaultOf(error)) {
    case 'client_certificate':
      return 'it requires a certificate of its callers: name one that it trusts with --cert-file and --key-file';
    case 'plain_http':
      return 'it does not speak TLS there: leave out --tls';
    default:
      return isNativeError(error) && 'code' in error ? String(error.code) : String(error);
  }
}
