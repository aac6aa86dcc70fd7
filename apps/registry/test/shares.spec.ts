import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createJournalStore } from '../src/adapters/journal-store/journal-store';
import { systemClock } from '../src/adapters/system-clock';
import { createMemoryFolder } from './doubles/memory-folder';
import { startRegistry, type RunningRegistry } from './running-registry';

const GREEDY = '127.0.0.2';
const OTHER = '127.0.0.3';

let registry: RunningRegistry;
const cleanups: (() => void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  await registry.stop();
});

interface Said {
  readonly status: number;
  readonly body: { readonly code?: string; readonly detail?: string; readonly complete?: boolean };
}

/** One call from an address of the loopback network. */
function from(
  localAddress: string,
  method: string,
  path: string,
  body?: object,
  token?: string,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    };
    const req = request(registry.url + path, { method, localAddress, agent: false, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      res.once('end', () =>
        resolve({ status: res.statusCode ?? 0, body: text === '' ? {} : (JSON.parse(text) as Said['body']) }),
      );
    });
    req.once('error', reject);
    cleanups.push(() => req.destroy());
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const instance = (service: string, port: number) => ({
  service_name: service,
  url: `http://10.0.0.1:${port}`,
});

describe('whoever registers all it can', () => {
  it('from one address is refused instances, and nobody else is', async () => {
    registry = await startRegistry({ MAX_INSTANCES: '10' });
    const register = (address: string, service: string, port: number) =>
      from(address, 'POST', '/register', instance(service, port));
    for (let port = 1; port <= 5; port += 1)
      expect((await register(GREEDY, `s${port}`, port)).status).toBe(201);
    expect(await register(GREEDY, 's6', 6)).toMatchObject({
      status: 429,
      body: {
        code: 'CATALOG_FULL',
        detail: expect.stringMatching(/this address already has its fair share/),
      },
    });
    expect((await register(OTHER, 's7', 7)).status).toBe(201);
    // What it has goes on: it registers anew, and leaves.
    expect((await register(GREEDY, 's1', 1)).status).toBe(200);
    expect((await from(GREEDY, 'POST', '/deregister', instance('s1', 1))).status).toBe(204);
    expect((await register(GREEDY, 's8', 8)).status).toBe(201);
  });

  it('for one service leaves room for others, from wherever they come', async () => {
    registry = await startRegistry({ MAX_INSTANCES: '4' });
    const statuses: number[] = [];
    for (let port = 1; port <= 3; port += 1)
      statuses.push((await from(`127.0.0.${port + 1}`, 'POST', '/register', instance('one', port))).status);
    expect(statuses).toEqual([201, 201, 429]);
    expect((await from('127.0.0.9', 'POST', '/register', instance('other', 9))).status).toBe(201);
  });

  it('services: leaves names for others', async () => {
    registry = await startRegistry({ MAX_SERVICES: '4' });
    const register = (address: string, n: number) => from(address, 'POST', '/register', instance(`s${n}`, n));
    expect(
      [await register(GREEDY, 1), await register(GREEDY, 2), await register(GREEDY, 3)].map(
        ({ status }) => status,
      ),
    ).toEqual([201, 201, 429]);
    expect((await register(OTHER, 4)).status).toBe(201);
  });

  it('is known again after a restart by its heartbeats', async () => {
    const folder = createMemoryFolder();
    const open = () =>
      createJournalStore({ folder, clock: systemClock, newId: randomUUID, onEvent: () => undefined });
    registry = await startRegistry({ MAX_INSTANCES: '10' }, { store: open() });
    for (let port = 1; port <= 5; port += 1)
      await from(GREEDY, 'POST', '/register', instance(`s${port}`, port));
    await registry.stop();
    registry = await startRegistry({ MAX_INSTANCES: '10' }, { store: open() });
    for (let port = 1; port <= 5; port += 1)
      expect((await from(GREEDY, 'POST', '/heartbeat', instance(`s${port}`, port))).status).toBe(200);
    expect((await from(GREEDY, 'POST', '/register', instance('s6', 6))).status).toBe(429);
    expect((await from(OTHER, 'POST', '/register', instance('s7', 7))).status).toBe(201);
  });
});

describe('whoever reads all it can', () => {
  it('is refused streams, and nobody else is', async () => {
    registry = await startRegistry({ MAX_WATCHERS: '4' });
    const open = async (localAddress: string) => {
      const stream = await registry.stream('/watch?services=*', { localAddress });
      cleanups.push(() => stream.close());
      return stream.status;
    };
    expect([await open(GREEDY), await open(GREEDY), await open(GREEDY), await open(OTHER)]).toEqual([
      200, 200, 429, 200,
    ]);
  });

  it('cannot keep an instance up by filling the waiting room', async () => {
    registry = await startRegistry({ MAX_WATCHERS: '4' });
    await registry.clock.advance(5000);
    const listed = { ...instance('product', 1), instance_id: 'p-1' };
    await from(OTHER, 'POST', '/register', listed);
    const subscriber = randomUUID();
    const watch = await registry.stream(`/watch?services=product&subscriber=${subscriber}`, {
      localAddress: OTHER,
    });
    cleanups.push(() => watch.close());
    const waits = (address: string) => from(address, 'GET', '/discover/product?index=1&wait=10m');
    for (let n = 2; n <= 5; n += 1) for (const _ of [1, 2, 3]) waits(`127.0.0.${n}`).catch(() => undefined);
    await eventually(async () => (await waits(GREEDY)).status === 429);

    const drained = await from(GREEDY, 'POST', '/instances/p-1/drain?wait_ms=0', {});
    expect(drained).toMatchObject({ status: 200, body: { complete: false } });
    const { body } = await registry.get('/discover/product?status=any');
    expect(body).toMatchObject({ instances: [{ status: 'draining' }] });
  });

  it('by many drains that wait has the others answered at once, and their instances drain', async () => {
    registry = await startRegistry({ MAX_WATCHERS: '2' });
    await registry.clock.advance(5000);
    for (let port = 1; port <= 4; port += 1)
      await from(OTHER, 'POST', '/register', { ...instance('product', port), instance_id: `p-${port}` });
    const watch = await registry.stream(`/watch?services=product&subscriber=${randomUUID()}`);
    cleanups.push(() => watch.close());
    const drain = (n: number) => from(GREEDY, 'POST', `/instances/p-${n}/drain?wait_ms=60000`, {});
    const first = drain(1);
    first.catch(() => undefined);
    await watch.take(4);
    expect(await drain(2)).toMatchObject({ status: 200, body: { complete: false } });
    expect(await watch.take(1)).toMatchObject([
      { event: 'delta', data: { upserted: [{ status: 'draining' }] } },
    ]);
  });
});

describe('whoever opens all the connections it can', () => {
  it('has the next one closed unread, and nobody else has', async () => {
    registry = await startRegistry({ MAX_CONNECTIONS: '6' });
    const { port } = new URL(registry.url);
    const closed = (localAddress: string) =>
      new Promise<boolean>((resolve) => {
        const socket: Socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
        cleanups.push(() => socket.destroy());
        socket.on('error', () => undefined);
        socket.once('close', () => resolve(true));
        socket.once('data', () => resolve(false));
        socket.write('GET /services HTTP/1.1\r\nHost: localhost\r\n\r\n');
      });
    expect([await closed(GREEDY), await closed(GREEDY), await closed(GREEDY), await closed(GREEDY)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(await closed(OTHER)).toBe(false);
    expect(await registry.metrics()).toMatch(/connections_turned_away_total\{[^}]*\} 1\n/);
  });
});
