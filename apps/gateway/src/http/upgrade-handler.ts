import { ServerResponse, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasBody } from '../proxy/request-body';
import type { Tunnels } from '../proxy/tunnels';
import type { TrafficHandler } from './traffic-handler';

type BareSocketHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Requests to switch protocols. Node hands over the bare socket with them; they get a response object of their own, so
 * that routes, holding, retries and errors are those of every other request, and one that is not switched in the end is
 * answered like one.
 */
export function createUpgradeHandler(
  handle: TrafficHandler,
  tunnels: Pick<Tunnels, 'admit'>,
): BareSocketHandler {
  return (req, bare, head) => {
    const answering = answerOver(req, bare, tunnels);
    if (answering === undefined) return;
    const { res, socket } = answering;
    if (isIgnorable(req)) handle(req, res);
    else handle(req, res, { protocol: req.headers.upgrade ?? '', socket, head });
  };
}

/** CONNECT, of which Node would hang up without a word: it is answered like every other request that is not forwarded. */
export function createConnectHandler(
  handle: TrafficHandler,
  tunnels: Pick<Tunnels, 'admit'>,
): BareSocketHandler {
  return (req, bare) => {
    const answering = answerOver(req, bare, tunnels);
    if (answering !== undefined) handle(req, answering.res);
  };
}

function answerOver(
  req: IncomingMessage,
  socket: Duplex,
  tunnels: Pick<Tunnels, 'admit'>,
): { res: ServerResponse; socket: Socket } | undefined {
  if (!(socket instanceof Socket)) {
    socket.destroy();
    return undefined;
  }
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
  tunnels.admit(socket);
  socket.on('error', () => socket.destroy());
  res.once('finish', () => socket.end());
  return { res, socket };
}

/** For Node 24.9 and later, which asks before it stops reading a request as HTTP. */
export function shouldUpgrade(req: IncomingMessage): boolean {
  return !isHttp2Offer(req);
}

/** An offer that is left alone. Not where a body follows: older Nodes have stopped reading, and it is lost. */
function isIgnorable(req: IncomingMessage): boolean {
  return isHttp2Offer(req) && !hasBody(req);
}

/** `curl --http2` makes one with every request. RFC 9113 §3.1 has withdrawn it. */
function isHttp2Offer(req: IncomingMessage): boolean {
  return /^h2c?$/i.test(req.headers.upgrade ?? '');
}
