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
export async function freePort(isTaken: (port: number) => Promise<boolean>): Promise<number> {
  for (let draws = 0; draws < MOST_DRAWS; draws += 1) {
    const port = randomInt(FIRST, LAST + 1);
    const server = await listening({ port });
    await closed(server);
    if (server !== undefined && !(await isTaken(port))) return port;
  }
  throw new CliFault(
    EXIT.no,
    `${MOST_DRAWS} ports between ${FIRST} and ${LAST} were tried, and something listens on each`,
    'choose one with --port',
  );
}

/**
 * Each port itself, or one that is free for 0; `undefined` for what something listens on already, one of the others
 * included. All are held until the last is found, so that none is given twice.
 */
export async function freePorts(ports: readonly number[]): Promise<readonly (number | undefined)[]> {
  const held: (Held | undefined)[] = [];
  for (const port of ports) held.push(port === 0 ? await holdAny() : await hold(port));
  await Promise.all(held.map((one) => closed(one?.server)));
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

async function holdAny(): Promise<Held | undefined> {
  for (let draws = 0; draws < MOST_DRAWS; draws += 1) {
    const held = await hold(randomInt(FIRST, LAST + 1));
    if (held !== undefined) return held;
  }
  return undefined;
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
