import { request as httpRequest } from 'node:http';
import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { INSTANCE_HEADER } from '@rollcall/contracts';

/** Told what comes of a request; of several reports only the first one counts. */
export interface HealthListener {
  /** @param identity what `Rollcall-Instance` says */
  answered(identity: unknown): void;
  failed(error: Error): void;
  /** The connection, or the request alone, has ended without an answer. */
  cut(): void;
}

const IDENTITY = INSTANCE_HEADER.toLowerCase();

/** Over a connection that carries nothing else, and is destroyed with the first report. */
export function askOverHttp1(socket: Socket, url: URL, listener: HealthListener): void {
  httpRequest({
    ...urlToHttpOptions(url),
    // Whoever gives the socket has put TLS beneath.
    protocol: 'http:',
    createConnection: () => socket,
    headers: { connection: 'close' },
  })
    .once('response', ({ headers }) => listener.answered(headers[IDENTITY]))
    // A destroyed request may emit one more error, which without a listener would crash the process.
    .on('error', (error) => listener.failed(error))
    .end();
}

/** The same over HTTP/2: by GET, or by a call of gRPC whose message asks about the server as a whole. */
export function askOverHttp2(
  socket: Socket,
  url: URL,
  { byGrpc }: { readonly byGrpc: boolean },
  listener: HealthListener,
): void {
  const session: ClientHttp2Session = connect(url.origin, {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  const cut = (): void => listener.cut();
  session.on('error', cut).once('close', cut);
  // Some versions of Node leave a session open whose socket was closed after a violation.
  socket.once('close', () => session.destroy());
  const stream = session.request(byGrpc ? grpcFields(url) : getFields(url), { endStream: !byGrpc });
  stream
    .once('response', (fields) => listener.answered(fields[IDENTITY]))
    .on('error', cut)
    .once('close', cut);
  if (byGrpc) stream.end(EMPTY_MESSAGE);
}

/** Not compressed, and of no bytes: a `HealthCheckRequest` without a service. */
const EMPTY_MESSAGE = Buffer.alloc(5);

function getFields({ pathname, search }: URL): OutgoingHttpHeaders {
  return { ':method': 'GET', ':path': pathname + search };
}

function grpcFields({ pathname }: URL): OutgoingHttpHeaders {
  return {
    ':method': 'POST',
    ':path': pathname,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
}
