import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';
import { afterReads } from '../registry/wait';

/**
 * A record of how far one request has got. A retry depends on whether the instance can have seen the request, and no
 * error code says so: `ECONNRESET` comes while connecting, and after a POST has been carried out.
 */
export interface WireTap {
  /** To be given to axios in place of Node's `http` and `https`. */
  readonly transport: { request(options: https.RequestOptions, onResponse: OnResponse): ClientRequest };
  /** Node has created the request. */
  readonly began: boolean;
  /** The connection was established (with TLS: the handshake was complete), so that bytes may have been sent. */
  readonly connected: boolean;
  /** The connection had carried a request before. */
  readonly socketReused: boolean;
  /** When an answer began, monotonic milliseconds; `undefined` while none has. */
  readonly answeredAt: number | undefined;
}

type OnResponse = (response: IncomingMessage) => void;

const CONNECT_TIMEOUT = 'ERR_CONNECT_TIMEOUT';

export function createWireTap(connectTimeoutMs: number): WireTap {
  let request: ClientRequest | undefined;
  let connected = false;
  let answeredAt: number | undefined;

  function watchConnecting(made: ClientRequest): void {
    made.once('socket', (socket) => {
      if (made.reusedSocket) {
        connected = true;
        return;
      }
      const stopTimer = afterReads(connectTimeoutMs, () => {
        const message = `no connection within ${connectTimeoutMs} ms`;
        made.destroy(Object.assign(new Error(message), { code: CONNECT_TIMEOUT }));
      });
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
        connected = true;
        stopTimer();
      });
      socket.once('close', stopTimer);
    });
  }

  return {
    transport: {
      request(options, onResponse) {
        const { request: make } = options.protocol === 'https:' ? https : http;
        request = make(options, onResponse);
        request.once('response', () => (answeredAt = performance.now()));
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
    get answeredAt() {
      return answeredAt;
    },
  };
}
