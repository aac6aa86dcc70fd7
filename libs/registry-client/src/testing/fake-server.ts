import { createServer, type RequestListener } from 'node:http';

/** An HTTP server of 127.0.0.1 that keeps its port when it goes away and comes back. */
export interface FakeServer {
  /** `http://127.0.0.1:<port>`; only once it has listened. */
  readonly url: string;
  listen(): Promise<void>;
  /** Closes the port and cuts every connection. */
  close(): Promise<void>;
}

export function createFakeServer(serve: RequestListener): FakeServer {
  const server = createServer(serve);
  let port = 0;

  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    listen() {
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          const address = server.address();
          if (address === null || typeof address === 'string')
            throw new Error('the fake registry listens on no port');
          port = address.port;
          resolve();
        });
      });
    },
    close() {
      if (!server.listening) return Promise.resolve();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
