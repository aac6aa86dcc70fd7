import { createServer, type Socket } from 'node:net';

/** A bare TCP server of 127.0.0.1. */
export interface SocketServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Connections taken so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Each connection is given to `serve`, with what it has sent first; `close` cuts all of them. */
async function startSocketServer(serve: (socket: Socket, firstBytes: Buffer) => void): Promise<SocketServer> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A peer that goes away is what is being tested, not a fault.
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => serve(socket, bytes));
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

/** Takes connections and requests, and never answers. */
export function startHangingServer(): Promise<SocketServer> {
  return startSocketServer(() => undefined);
}

/** Takes a request and resets the connection (RST), before any answer. */
export function startResettingServer(): Promise<SocketServer> {
  return startSocketServer((socket) => socket.resetAndDestroy());
}

/** Answers every request with these bytes, whatever they are, and closes the connection. */
export function startRawServer(answer: string): Promise<SocketServer> {
  return startSocketServer((socket) => socket.end(answer));
}
