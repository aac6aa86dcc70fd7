import { createServer } from 'node:net';

/**
 * Below the ports that systems choose for connections and for servers that ask for any (Linux from 32,768, others from
 * 49,152): from those, another program would be given the same port while the one that is to use it starts, or is away.
 */
const LOWEST = 20_000;
const COUNT = 12_000;

const given = new Set<number>();

/** A port of 127.0.0.1 at which a connection is refused: nothing listens there. Never the same twice. */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
