import { createServer, type AddressInfo, type Socket } from 'node:net';
import { wholeRequests } from './whole-requests';

/** One connection that the gateway has opened to a raw upstream; a character is a byte. */
export interface UpstreamConnection {
  readonly socket: Socket;
  send(bytes: string): void;
  /** Everything received on it so far. */
  received(): string;
}

export interface RawUpstream {
  readonly port: number;
  readonly url: string;
  /** In the order in which they were opened. */
  readonly connections: readonly UpstreamConnection[];
  /** Whole requests, byte for byte, connection by connection. What is no request is one of its own. */
  requests(): readonly string[];
  stop(): Promise<void>;
}

export interface RawUpstreamOptions {
  /** A connection stands, and nothing was sent on it. */
  readonly onConnection?: (connection: UpstreamConnection) => void;
  /** More bytes have come. */
  readonly onData?: (connection: UpstreamConnection) => void;
  /** A request has come whole. */
  readonly onRequest?: (connection: UpstreamConnection, request: string) => void;
}

/** An instance that says exactly the bytes that a spec gives it, when the spec likes, and keeps what it was sent. */
export async function startRawUpstream(options: RawUpstreamOptions = {}): Promise<RawUpstream> {
  const connections: UpstreamConnection[] = [];
  const server = createServer((socket) => {
    let text = '';
    let answered = 0;
    const connection: UpstreamConnection = {
      socket,
      send: (bytes) => void (socket.destroyed || socket.write(bytes, 'latin1')),
      received: () => text,
    };
    connections.push(connection);
    // A gateway that hangs up is what some specs wait for.
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      options.onData?.(connection);
      const whole = wholeRequests(text).filter(({ complete }) => complete);
      for (const { bytes: request } of whole.slice(answered)) options.onRequest?.(connection, request);
      answered = whole.length;
    });
    options.onConnection?.(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections,
    requests: () =>
      connections.flatMap(({ received }) => wholeRequests(received()).map(({ bytes }) => bytes)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket } of connections) socket.destroy();
      }),
  };
}
