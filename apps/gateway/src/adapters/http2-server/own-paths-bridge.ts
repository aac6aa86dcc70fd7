import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { ReceivedHead } from '../../ports/caller';
import { outgoingFields } from '../http2-common/outgoing-fields';
import type { StreamOwner } from './stream-owner';

export interface OwnPathsBridgeOptions {
  readonly ownPaths: RequestListener;
  /** Milliseconds for a request's body to come in whole. */
  readonly bodyTimeoutMs: number;
}

/**
 * The gateway's own paths (health, legacy API) are answered by Express, which knows requests of HTTP/1.1 only: it changes
 * the prototypes of what it gets. A request over HTTP/2 goes to it as one of HTTP/1.1, over a connection in memory.
 */
export function createOwnPathsBridge({ ownPaths, bodyTimeoutMs }: OwnPathsBridgeOptions) {
  const server = createServer({ requestTimeout: bodyTimeoutMs, connectionsCheckingInterval: 1000 }, ownPaths);

  return (stream: ServerHttp2Stream, head: ReceivedHead, owner: StreamOwner): void => {
    const { method, url, headers, peer } = head;
    const [ours, theirs] = duplexPair();
    server.emit('connection', Object.assign(theirs, { remoteAddress: peer }));
    const fields = headers.copy();
    fields.removeWhere((name) => name === 'te' || name === 'expect' || name === 'http2-settings');
    if (stream.endAfterHeaders) fields.removeWhere((name) => name === 'content-length');
    else if (fields.get('content-length') === undefined) fields.append('Transfer-Encoding', 'chunked');
    const req = request({ method, path: url, headers: fields.toRaw(), createConnection: () => ours });
    req.on('response', (res) => relay(res, stream, owner));
    req.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    stream.once('close', () => req.destroy());
    stream.once('aborted', () => req.destroy());
    stream.pipe(req);
    if (headers.get('expect') !== undefined && !stream.headersSent)
      stream.additionalHeaders({ ':status': 100 });
  };
}

function relay(res: IncomingMessage, stream: ServerHttp2Stream, owner: StreamOwner): void {
  if (stream.destroyed || stream.closed) return void res.destroy();
  stream.respond({ ':status': res.statusCode, ...outgoingFields(res.rawHeaders) });
  // Node has ended that of a HEAD.
  if (stream.writableEnded) res.resume();
  else res.pipe(stream);
  owner.giveUpUnlessRead(stream);
}
