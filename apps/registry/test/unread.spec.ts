import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

const MIB = 1024 * 1024;
/** About 8 MiB of catalog. */
const INSTANCES = 2000;
const CALLERS = 60;
const notes = ['a', 'b', 'c', 'd'].map((letter) => [letter, letter.repeat(1000)]);

let registry: RunningRegistry;
const sockets: Socket[] = [];
beforeAll(async () => {
  registry = await startRegistry();
  for (let from = 0; from < INSTANCES; from += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        registry.post('/register', {
          service_name: 'big',
          url: `http://10.0.${Math.floor((from + n) / 250)}.${(from + n) % 250}:80`,
          metadata: Object.fromEntries(notes),
          ttl_seconds: 86_400,
        }),
      ),
    );
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => registry.stop());

/** Asks, and reads nothing of the answer. */
function askAndSleep(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(registry.url);
    const socket = connect(Number(port), '127.0.0.1');
    sockets.push(socket);
    socket.pause();
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => undefined);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, () => resolve());
    });
  });
}

const metric = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);
const unread = () => metric('rollcall_registry_unread_bytes');

/** After a collection: in a process that has run other suites most of what is allocated is garbage of theirs. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { external, heapUsed } = process.memoryUsage();
  return external + heapUsed;
}

describe.each(['/services', '/discover/big', '/watch?services=*'])(
  'callers who ask for %s and do not read',
  (path) => {
    it('cost a piece each, are cut when they have read nothing for 30 s, and others are served', async () => {
      const cutBefore = await metric('rollcall_registry_unread_cut_total');
      const before = heldBytes();
      await Promise.all(Array.from({ length: CALLERS }, () => askAndSleep(path)));
      await eventually(async () => (await unread()) > 0, { timeoutMs: 30_000 });
      const heartbeat = await registry.post('/heartbeat', { service_name: 'big', url: 'http://10.0.0.1:80' });
      expect(heartbeat.status).toBe(200);
      const after = heldBytes();

      // Whole answers would be 480 MiB.
      expect(await unread()).toBeLessThan(CALLERS * 256 * 1024);
      expect(after - before).toBeLessThan(150 * MIB);

      await eventually(async () => {
        // Again: some of them were still taking in what the system keeps for them.
        await registry.clock.advance(32_000);
        return (await unread()) === 0;
      });
      expect(await metric('rollcall_registry_unread_cut_total')).toBeGreaterThan(cutBefore);
    });
  },
);

describe('an answer that is longer than a piece', () => {
  it.each(['/services', '/discover/big', '/explain/big'])(
    '%s is whole for whoever reads it',
    async (path) => {
      const { status, body } = await registry.get<{ services?: { big: unknown[] }; instances?: unknown[] }>(
        path,
      );
      expect(status).toBe(200);
      expect((body.instances ?? body.services?.big)?.length).toBe(INSTANCES);
      const head = await fetch(registry.url + path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    },
  );
});
