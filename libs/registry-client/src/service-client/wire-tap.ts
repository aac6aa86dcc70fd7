import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';

/**
 * Watches how far one request has got. What decides on a retry is whether the instance can have seen it, and no
 * error says so: `ECONNRESET` comes while connecting, and after a POST has been carried out.
 */
export interface WireTap {
  /** To be given to axios in place of Node's `http` and `https`. */
  readonly transport: { request(options: https.RequestOptions, onResponse: OnResponse): ClientRequest };
  /** The request was made at all. */
  readonly began: boolean;
  /** A connection stood (with TLS: its handshake was done), so that bytes may have gone out. */
  readonly connected: boolean;
  /** The connection had carried a request before. */
  readonly socketReused: boolean;
  /** An answer has begun. */
  readonly answered: boolean;
}

type OnResponse = (response: IncomingMessage) => void;

export const CONNECT_TIMEOUT = 'ERR_CONNECT_TIMEOUT';

export function createWireTap(connectTimeoutMs: number): WireTap {
  let request: ClientRequest | undefined;
  let connected = false;
  let answered = false;

  function watchConnecting(made: ClientRequest): void {
    made.once('socket', (socket) => {
      if (made.reusedSocket) {
        connected = true;
        return;
      }
      const timer = setTimeout(() => {
        const message = `no connection within ${connectTimeoutMs} ms`;
        made.destroy(Object.assign(new Error(message), { code: CONNECT_TIMEOUT }));
      }, connectTimeoutMs);
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
        connected = true;
        clearTimeout(timer);
      });
      socket.once('close', () => clearTimeout(timer));
    });
  }

  return {
    transport: {
      request(options, onResponse) {
        const { request: make } = options.protocol === 'https:' ? https : http;
        request = make(options, onResponse);
        request.once('response', () => (answered = true));
        watchConnecting(request);
        return request;
      },
    },
    get began() {
      return request !== undefined;
    },
    get connected() {
      return connected;
    },
    get socketReused() {
      return request?.reusedSocket ?? false;
    },
    get answered() {
      return answered;
    },
  };
}
