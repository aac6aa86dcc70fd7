import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';

/**
 * Nomad's dynamic ports (https://developer.hashicorp.com/nomad/docs/configuration/client#min_dynamic_port), and for its
 * reason: they are below those that systems give to connections and to servers that ask for any (Linux from 32,768,
 * others from 49,152). One of those might be another program's before ours listens there.
 */
const FIRST = 20_000;
const LAST = 32_000;
const MOST_DRAWS = 100;

/**
 * A port that nothing listens on now.
 *
 * @param isTaken whether something answers there all the same: not every system refuses a second program on another address
 * @throws CliFault when none was found
 */
export function freePort(isTaken: (port: number) => Promise<boolean>): Promise<number> {
  return draw(async (port) => {
    const server = await listening({ port });
    await closed(server);
    return server !== undefined && !(await isTaken(port)) ? port : undefined;
  });
}

/**
 * Each port itself, or one that is free for 0; `undefined` for what something listens on already, one of the others
 * included. All are held until the last is found, so that none is given twice.
 *
 * @throws CliFault when none was found for a 0
 */
export async function freePorts(ports: readonly number[]): Promise<readonly (number | undefined)[]> {
  const held: (Held | undefined)[] = [];
  try {
    for (const port of ports) held.push(await (port === 0 ? draw(hold) : hold(port)));
  } finally {
    await Promise.all(held.map((one) => closed(one?.server)));
  }
  return held.map((one) => one?.port);
}

interface Held {
  readonly port: number;
  readonly server: Server;
}

async function hold(port: number): Promise<Held | undefined> {
  const server = await listening({ host: '127.0.0.1', port, exclusive: true });
  return server && { port, server };
}

/** What `take` makes of the first port that it can use. */
async function draw<T>(take: (port: number) => Promise<T | undefined>): Promise<T> {
  for (let draws = 0; draws < MOST_DRAWS; draws += 1) {
    const taken = await take(randomInt(FIRST, LAST + 1));
    if (taken !== undefined) return taken;
  }
  throw new CliFault(
    EXIT.no,
    `${MOST_DRAWS} ports between ${FIRST} and ${LAST} were tried, and something listens on each`,
    'choose one with --port',
  );
}

async function closed(server: Server | undefined): Promise<void> {
  if (server !== undefined) await once(server.close(), 'close');
}

function listening(where: { port: number; host?: string; exclusive?: true }): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(where, () => resolve(server));
  });
}
