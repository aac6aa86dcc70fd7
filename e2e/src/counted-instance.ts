import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { startRawInstance } from './raw-instance';

/** What an instance knows of one request, by the id that its caller gave it (`x-id`). */
export interface CountedRequest {
  /** How often it was begun with; more than once is one too many for what is not idempotent. */
  times: number;
  /** The gateway process that it came through. */
  readonly via: string;
}

/** An instance over HTTP/2 without TLS, of this very process, that knows each request: GET, and unary calls of gRPC. */
export interface CountedInstance {
  readonly requests: ReadonlyMap<string, CountedRequest>;
  /** Requests to `/counted/held…` that are not answered yet. */
  readonly held: number;
  /** Answers those, and from now on all at once. */
  release(): void;
  stop(): Promise<void>;
}

export const COUNTED_PATH = '/counted';

/** Registers at the registry as the service `counted`, for everything below `COUNTED_PATH`. */
export async function startCountedInstance(registryUrl: string): Promise<CountedInstance> {
  const requests = new Map<string, CountedRequest>();
  const held: (() => void)[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let holds = true;

  function count(fields: IncomingHttpHeaders): void {
    const id = String(fields['x-id']);
    const known = requests.get(id);
    if (known === undefined) requests.set(id, { times: 1, via: String(fields.via) });
    else known.times += 1;
  }

  function serve(stream: ServerHttp2Stream, fields: IncomingHttpHeaders): void {
    const path = fields[':path'] ?? '';
    const isCall = fields['content-type'] === 'application/grpc';
    if (!path.startsWith(COUNTED_PATH))
      return stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' },
        { endStream: true },
      );
    count(fields);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const answer = (): void => {
        if (stream.destroyed) return;
        if (isCall) stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.respond(
          { ':status': 200, ...(isCall && { 'content-type': 'application/grpc' }) },
          { waitForTrailers: isCall },
        );
        // A message of gRPC goes back as it came, its length in front.
        stream.end(isCall ? Buffer.concat(chunks) : String(fields['x-id']));
      };
      if (holds && path.startsWith(`${COUNTED_PATH}/held`)) held.push(answer);
      else answer();
    });
  }

  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, fields) => {
    stream.on('error', () => undefined);
    serve(stream, fields);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const registered = await startRawInstance(registryUrl, {
    service_name: 'counted',
    url: `http://127.0.0.1:${port}`,
    protocol: 'h2c',
    routes: [{ path_prefix: COUNTED_PATH }],
    // Longer than any spec: it sends no heartbeats.
    ttl_seconds: 600,
  });

  return {
    requests,
    get held() {
      return held.length;
    },
    release() {
      holds = false;
      for (const answer of held.splice(0)) answer();
    },
    async stop() {
      registered.vanish();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
