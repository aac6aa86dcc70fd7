import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type SessionOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface H2cRequest {
  readonly stream: ServerHttp2Stream;
  readonly fields: IncomingHttpHeaders;
  readonly session: ServerHttp2Session;
}

export interface RunningH2cUpstream {
  readonly url: string;
  readonly server: Http2Server;
  /** Requests that reached it. */
  readonly requests: readonly H2cRequest[];
  /** Those that are open. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  stop(): Promise<void>;
}

/** A real HTTP/2 server without TLS that stands for an instance. */
export async function startH2cUpstream(
  answer: (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => void,
  options: SessionOptions & { readonly port?: number } = {},
): Promise<RunningH2cUpstream> {
  const requests: H2cRequest[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(options);
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, fields) => {
    stream.on('error', () => undefined);
    if (stream.session !== undefined)
      requests.push({ stream, fields, session: stream.session as ServerHttp2Session });
    answer(stream, fields);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    sessions,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}
