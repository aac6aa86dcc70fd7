import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { DrainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { isAlive, killIfAlive, processTree } from '../../src/process-tree';
import { startProductWrites, writtenProducts } from '../../src/product-writes';
import { servedRequests } from '../../src/served-requests';

const SIZE = 2;

describe(`a gateway of ${SIZE} workers`, () => {
  let cluster: Cluster;
  let callers: Caller[];

  beforeEach(async () => {
    callers = [];
    cluster = await startCluster({ gateway: { GATEWAY_WORKERS: String(SIZE) } });
    await Promise.all([cluster.add('product'), cluster.add('product')]);
    await connectedToEach();
  });

  afterEach(async () => {
    for (const caller of callers) caller.leave();
    await cluster.stop();
  });

  const workers = () => processTree(cluster.gateway().pid).filter((pid) => pid !== cluster.gateway().pid);

  /** One kept connection to each of the workers. */
  async function connectedToEach(): Promise<readonly Caller[]> {
    const byWorker = new Map<string, Caller>();
    for (let tries = 0; byWorker.size < SIZE && tries < 10 * SIZE; tries += 1) {
      const caller = createCaller(cluster.gatewayUrl);
      callers.push(caller);
      byWorker.set(await caller.ask('/products'), caller);
    }
    expect(byWorker.size).toBe(SIZE);
    return [...byWorker.values()];
  }

  test('counts as one: its metrics are the sum, and so are its upstreams', async () => {
    const before = await servedRequests(cluster.adminUrl, { method: 'GET', route: '/products' });
    for (const caller of await connectedToEach())
      for (let n = 0; n < 5; n += 1) await caller.ask('/products');
    const after = await servedRequests(cluster.adminUrl, { method: 'GET', route: '/products' });

    // The connections were made by requests too: at least one each.
    expect(after - before).toBeGreaterThanOrEqual(6 * SIZE);
    const { upstreams } = (await expectAnswer(`${cluster.adminUrl}/upstreams`, 200)) as {
      upstreams: { service: string; connections: { open: number } }[];
    };
    const products = upstreams.filter(({ service }) => service === 'product');
    expect(products).toHaveLength(2);
    expect(products.reduce((sum, { connections }) => sum + connections.open, 0)).toBeGreaterThanOrEqual(SIZE);
    expect(await expectAnswer(`${cluster.adminUrl}/explain?path=/products`, 200)).toMatchObject({
      verdict: 'forwarded',
      instances: [{ picked: true }, { picked: true }],
    });
  });

  test('loses a worker and only its connections; another takes the place, and nothing is forgotten', async () => {
    const connected = await connectedToEach();
    const counted = await servedRequests(cluster.adminUrl, { method: 'GET', route: '/products' });
    const [victim] = workers();
    if (victim === undefined) throw new Error('there is no worker');

    process.kill(victim, 'SIGKILL');
    await eventually(() => !isAlive(victim));
    await eventually(() => connected.some((caller) => caller.isCut()));
    expect(connected.filter((caller) => caller.isCut())).toHaveLength(1);
    for (const caller of connected.filter((caller) => !caller.isCut())) await caller.ask('/products');

    await eventually(() => workers().length === SIZE, { timeoutMs: 10_000 });
    await eventually(async () => (await connectedToEach()).length === SIZE, { timeoutMs: 10_000 });
    expect(await servedRequests(cluster.adminUrl, { method: 'GET', route: '/products' })).toBeGreaterThan(
      counted,
    );
  });

  test('drains an instance only when each worker has said so, and loses no request', async () => {
    const [first, second] = await cluster.discover('product');
    const drained = (await expectAnswer(
      `${cluster.registryUrl}/instances/${first?.instance_id}/drain?wait_ms=5000`,
      200,
      json('POST', {}),
    )) as DrainResponse;

    expect(drained).toMatchObject({ missing: [], complete: true });
    expect(drained.acked).toHaveLength(SIZE);
    expect((await cluster.discover('product')).map(({ instance_id }) => instance_id)).toEqual([
      second?.instance_id,
    ]);
  });

  test('ejects an instance from each worker by one word', async () => {
    const [first] = await cluster.discover('product');
    const id = first?.instance_id ?? '';
    await expectAnswer(`${cluster.adminUrl}/upstreams/${id}/eject`, 200, json('POST', { reason: 'a spec' }));
    const served = await servedRequests(first?.url ?? '', { method: 'GET', route: '/products' });
    for (const caller of await connectedToEach())
      for (let n = 0; n < 6; n += 1) await caller.ask('/products');

    expect(await servedRequests(first?.url ?? '', { method: 'GET', route: '/products' })).toBe(served);
    await expectAnswer(`${cluster.adminUrl}/upstreams/${id}/restore`, 200, json('POST', {}));
    for (const caller of await connectedToEach())
      for (let n = 0; n < 6; n += 1) await caller.ask('/products');
    expect(await servedRequests(first?.url ?? '', { method: 'GET', route: '/products' })).toBeGreaterThan(
      served,
    );
  });

  test('goes at SIGTERM with all its workers, off the list, with 0', async () => {
    await eventually(async () => (await cluster.discover('gateway')).length === 1);
    const before = workers();

    expect(await cluster.gateway().end('SIGTERM')).toBe(0);

    expect(before.filter(isAlive)).toEqual([]);
    expect(await cluster.discover('gateway')).toEqual([]);
  });

  test('serves a rolling restart of products under load without a failure', async () => {
    const reads = startLoad(() => expectAnswer(`${cluster.gatewayUrl}/products`, 200), { perSecond: 60 });
    const writes = startProductWrites(cluster.gatewayUrl, { perSecond: 20 });
    await writes.more(10);
    const newcomer = await cluster.add('product');
    expect(await newcomer.end('SIGTERM')).toBe(0);
    await writes.more(20);

    const reports = [await reads.stop(), await writes.stop()];
    expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
    const made = await writtenProducts(cluster.gatewayUrl);
    expect(made.toSorted()).toEqual(writes.posted.toSorted());
  });

  test('ends with 1 and says why when its workers die as fast as they are replaced', async () => {
    while (cluster.gateway().isRunning()) {
      for (const worker of workers()) killIfAlive(worker);
      await eventually(() => !cluster.gateway().isRunning() || workers().length === SIZE, {
        timeoutMs: 10_000,
      });
    }

    expect(await cluster.gateway().exited).toBe(1);
    expect(cluster.gateway().output()).toContain('Worker processes keep crashing');
  });
});

describe('a gateway of several workers whose port is taken', () => {
  test('says which variable to change and ends with 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      await expect(startCluster({ gateway: { GATEWAY_WORKERS: '2', PORT: String(port) } })).rejects.toThrow(
        new RegExp(`ended before it answered[^]*${port}.* taken.* PORT`),
      );
    } finally {
      server.close();
    }
  });
});

/** A caller with one connection, which it keeps. */
interface Caller {
  /** One GET, answered 200. Resolves with the name of the process that passed it on. */
  ask(path: string): Promise<string>;
  /** The connection was ended by the other side. */
  isCut(): boolean;
  leave(): void;
}

function createCaller(url: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let cut = false;
  return {
    ask: (path) =>
      new Promise((resolve, reject) => {
        const asked = get(url + path, { agent }, (answer) => {
          answer.resume().once('end', () => {
            if (answer.statusCode === 200) resolve(String(answer.headers.via));
            else reject(new Error(`answered ${answer.statusCode}`));
          });
        });
        asked.once('socket', (socket) => socket.once('close', () => (cut = true)));
        asked.once('error', reject);
      }),
    isCut: () => cut,
    leave: () => agent.destroy(),
  };
}
