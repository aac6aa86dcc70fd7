import { connect, createServer, type Socket } from 'node:net';

/** Stands between a process and a server, and keeps the end of the process's connections to itself for a while. */
export interface LateRelay {
  readonly url: string;
  /** Connections whose caller has gone and whose server does not know it yet. */
  readonly kept: number;
  /** Lets the server know now; resolves once every connection has ended. */
  letGo(): Promise<void>;
  close(): Promise<void>;
}

export async function startLateRelay(serverUrl: string): Promise<LateRelay> {
  const { hostname, port: serverPort } = new URL(serverUrl);
  const pairs = new Map<Socket, { isLeft: boolean }>();
  const relay = createServer({ allowHalfOpen: true }, (caller) => {
    const server = connect({ host: hostname, port: Number(serverPort), allowHalfOpen: true });
    const pair = { isLeft: false };
    pairs.set(server, pair);
    const left = (): void => {
      pair.isLeft = true;
      caller.destroy();
    };
    caller
      .on('data', (bytes) => server.write(bytes))
      .on('end', left)
      .on('error', left);
    // To a caller that has gone nothing can be said any more, but the server goes on talking.
    server.on('data', (bytes) => caller.writable && caller.write(bytes)).on('error', () => undefined);
    server.on('end', () => pair.isLeft || caller.end());
    server.once('close', () => pairs.delete(server));
  });
  const port = await new Promise<number>((resolve, reject) => {
    relay.once('error', reject);
    relay.listen(0, '127.0.0.1', () => {
      const address = relay.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });

  const cut = (servers: readonly Socket[]): Promise<unknown> =>
    Promise.all(
      servers.map((server) => {
        const closed = new Promise((resolve) => server.once('close', resolve));
        server.destroy();
        return closed;
      }),
    );
  const left = () => [...pairs].filter(([, { isLeft }]) => isLeft).map(([server]) => server);

  return {
    url: `http://127.0.0.1:${port}`,
    get kept() {
      return left().length;
    },
    async letGo() {
      await cut(left());
    },
    async close() {
      const closed = new Promise((resolve) => relay.close(resolve));
      await cut([...pairs.keys()]);
      await closed;
    },
  };
}
