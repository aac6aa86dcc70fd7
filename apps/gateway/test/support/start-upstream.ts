import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningUpstream {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /** Requests that reached it. */
  readonly requests: readonly IncomingMessage[];
  stop(): Promise<void>;
}

/** A real HTTP server that stands for an instance. */
export async function startUpstream(
  answer: RequestListener = (_req, res) => res.end('ok'),
  options: { port?: number; keepAliveTimeout?: number } = {},
): Promise<RunningUpstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer({ keepAliveTimeout: options.keepAliveTimeout ?? 75_000 }, (req, res) => {
    requests.push(req);
    answer(req, res);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    server,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
