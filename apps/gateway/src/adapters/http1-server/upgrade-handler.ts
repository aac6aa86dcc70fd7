import { ServerResponse, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ANSWER_AFTER_HALF_CLOSE_MS, serveHalfClosed, type Upgrades } from '@rollcall/service-kit';
import { gatewayError } from '../../errors';
import { isReservedPath } from '../../routing/reserved-paths';
import { parseRequestTarget } from '../../routing/request-target';
import { readBareRequest } from './bare-request';
import { cutAfterAnswer } from './lingering';
import type { TrafficListener } from './request-listener';

export interface UpgradeHandlerOptions {
  readonly listener: TrafficListener;
  /** Told of each connection that may leave HTTP: Node's server knows nothing of it any more. */
  readonly admit: (socket: Duplex) => void;
}

/**
 * Requests to switch protocols that an instance may agree to. Node hands over the bare socket with them; they get a
 * response object of their own, so that routes, holding, retries and errors are those of every other request, and one
 * that is not switched in the end is answered like one.
 */
export function createUpgrades({ listener, admit }: UpgradeHandlerOptions): Upgrades {
  return {
    takes: (req) => offeredProtocols(req) !== '' && !isForThisGateway(req),
    handle(bare, socket, head) {
      const res = answerOver(bare, socket, admit);
      if (res === undefined) return;
      const held = readBareRequest(bare, socket, head, (reason) =>
        res.emit('error', gatewayError('BAD_REQUEST', { message: `The body is malformed: ${reason}.` })),
      );
      let stopWaiting = (): void => undefined;
      const onEnd = (): void => {
        stopWaiting = serveHalfClosed({ socket, graceMs: ANSWER_AFTER_HALF_CLOSE_MS, current: () => res });
      };
      socket.once('end', onEnd);
      listener(held.req, res, {
        protocol: offeredProtocols(bare),
        socket,
        takeOver() {
          socket.off('end', onEnd);
          stopWaiting();
          return held.takeOver();
        },
      });
    },
  };
}

/** CONNECT, of which Node would hang up without a word: it is answered like every other request that is not forwarded. */
export function createConnectHandler(
  listener: TrafficListener,
  admit: (socket: Duplex) => void,
): (req: IncomingMessage, socket: Duplex) => void {
  return (req, socket) => {
    const res = socket instanceof Socket ? answerOver(req, socket, admit) : undefined;
    if (res === undefined) socket.destroy();
    else listener(req, res);
  };
}

function answerOver(
  req: IncomingMessage,
  socket: Socket,
  admit: (socket: Duplex) => void,
): ServerResponse | undefined {
  const res = new ServerResponse(req);
  // The socket may not be kept: whatever follows on it is not HTTP, or was not read as such.
  res.shouldKeepAlive = false;
  try {
    res.assignSocket(socket);
  } catch {
    // Sent behind a request whose answer is under way: the two cannot share what is left of the connection.
    socket.destroy();
    return undefined;
  }
  admit(socket);
  socket.on('error', () => socket.destroy());
  // Node's server does that for the responses of its own.
  socket.on('drain', () => res.emit('drain'));
  res.once('finish', () => cutAfterAnswer(socket));
  return res;
}

/**
 * Of this connection alone (RFC 2817), or withdrawn (RFC 9113 §3.1): no instance can be asked for them. They come with
 * ordinary requests: of `curl --http2`, of Java's HttpClient, of Apache's.
 */
const OF_THIS_HOP = /^(?:h2c?|tls\/.*)$/i;

/** What may be offered on; empty for HTTP/1.0, where an offer means nothing (RFC 9110 §7.8). */
function offeredProtocols({ headers, httpVersion }: IncomingMessage): string {
  if (httpVersion === '1.0') return '';
  const protocols = (headers.upgrade ?? '').split(',').map((protocol) => protocol.trim());
  return protocols.filter((protocol) => protocol !== '' && !OF_THIS_HOP.test(protocol)).join(', ');
}

function isForThisGateway({ url = '', headers }: IncomingMessage): boolean {
  const target = parseRequestTarget(url, headers.host);
  return 'path' in target && isReservedPath(target.path);
}
