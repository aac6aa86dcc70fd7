import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import type { DrainResponse, GatewaysResponse, GatewayState, TrafficResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { isAlive, killIfAlive, processTree } from '../src/process-tree';
import { servedRequests } from '../src/served-requests';

const SIZE = 2;
const WORKER = join(__dirname, '../../apps/gateway/dist/worker-main.js');
/** Loads are reported every ten seconds while nobody looks. */
const REPORTED = { timeoutMs: 60_000, everyMs: 100 };

const startWorkers = () => startCluster({ gateway: { GATEWAY_WORKERS: String(SIZE) } });

const workersOf = (cluster: Cluster) =>
  processTree(cluster.gateway().pid).filter((pid) => pid !== cluster.gateway().pid);

// Its cases share one gateway and two products, and stand in an order in which each leaves what the next ones need.
describe(`a gateway of ${SIZE} workers`, () => {
  let cluster: Cluster;
  let callers: Caller[] = [];

  beforeAll(async () => {
    cluster = await startWorkers();
    await Promise.all([cluster.add('product'), cluster.add('product')]);
  });

  beforeEach(async () => {
    await connectedToEach();
  });

  afterEach(() => {
    for (const caller of callers) caller.leave();
    callers = [];
  });

  afterAll(() => cluster.stop());

  const workers = () => workersOf(cluster);

  /** One kept connection to each of the workers. */
  async function connectedToEach(): Promise<readonly Caller[]> {
    const byWorker = new Map<string, Caller>();
    // Which of them a connection comes to is for the system to say.
    await eventually(async () => {
      const caller = createCaller(cluster.gatewayUrl);
      callers.push(caller);
      byWorker.set(await caller.ask('/products'), caller);
      return byWorker.size === SIZE;
    });
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

  test('says of its routes what a gateway of one process says', async () => {
    const adminPort = await freePort();
    const env = { REGISTRY_URL: cluster.registryUrl, ADMIN_PORT: String(adminPort), GATEWAY_WORKERS: '1' };
    const alone = startApp({ app: 'gateway', port: await freePort(), env, healthPort: adminPort });
    await alone.ready();
    try {
      const adminUrls = [cluster.adminUrl, localUrl(adminPort)];
      await eventually(async () => {
        const views = await Promise.all(adminUrls.map((url) => expectAnswer(`${url}/routes`, 200)));
        expect(views[0]).toEqual(views[1]);
        return true;
      }, REPORTED);
      const states = await Promise.all(adminUrls.map((url) => expectAnswer(`${url}/state`, 200)));
      const [digest] = (states as GatewayState[]).map((state) => state.routes_digest);

      // Who is asked tells it, and who only reports: the two are compared with each other.
      await eventually(async () => {
        const { gateways } = (await expectAnswer(`${cluster.registryUrl}/gateways`, 200)) as GatewaysResponse;
        const { reporters } = (await expectAnswer(`${cluster.registryUrl}/traffic`, 200)) as TrafficResponse;
        const told = gateways.map(({ state }) => state?.routes_digest);
        const reported = reporters.flatMap(({ routes_digest }) => routes_digest ?? []);
        expect([...told, ...reported]).toEqual([digest, digest, digest, digest]);
        return true;
      }, REPORTED);
    } finally {
      await alone.end('SIGTERM');
    }
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

  test('drains an instance once each worker has acknowledged, and loses no request meanwhile', async () => {
    const [first, second] = await cluster.discover('product');
    const connected = await connectedToEach();
    let isDrained = false;
    const asking = connected.map(async (caller) => {
      while (!isDrained) await caller.ask('/products');
    });
    const drained = (await expectAnswer(
      `${cluster.registryUrl}/instances/${first?.instance_id}/drain?wait_ms=5000`,
      200,
      json('POST', {}),
    )) as DrainResponse;

    expect(drained).toMatchObject({ missing: [], complete: true });
    expect(drained.acked).toHaveLength(SIZE);
    isDrained = true;
    await Promise.all(asking);
    const served = await servedRequests(first?.url ?? '', { method: 'GET', route: '/products' });
    for (const caller of connected) for (let n = 0; n < 4; n += 1) await caller.ask('/products');
    expect(await servedRequests(first?.url ?? '', { method: 'GET', route: '/products' })).toBe(served);
    expect((await cluster.discover('product')).map(({ instance_id }) => instance_id)).toEqual([
      second?.instance_id,
    ]);
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

  // The last one: it ends the gateway.
  test('goes at SIGTERM with all its workers, off the list, with 0', async () => {
    await eventually(async () => (await cluster.discover('gateway')).length === 1);
    const before = workers();

    expect(await cluster.gateway().end('SIGTERM')).toBe(0);

    expect(before.filter(isAlive)).toEqual([]);
    expect(await cluster.discover('gateway')).toEqual([]);
  });
});

describe(`a gateway of ${SIZE} workers that cannot go on`, () => {
  let cluster: Cluster;

  beforeEach(async () => {
    cluster = await startWorkers();
  });

  afterEach(() => cluster.stop());

  test('ends with 1 and says why when its workers die as fast as they are replaced', async () => {
    while (cluster.gateway().isRunning()) {
      for (const worker of workersOf(cluster)) killIfAlive(worker);
      await eventually(() => !cluster.gateway().isRunning() || workersOf(cluster).length === SIZE, {
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
        asked.once('socket', (socket) => {
          if (!asked.reusedSocket) socket.once('close', () => (cut = true));
        });
        asked.once('error', reject);
      }),
    isCut: () => cut,
    leave: () => agent.destroy(),
  };
}

test('a worker takes what its primary has told it while it was starting', async () => {
  const cluster = await startCluster();
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    REGISTRY_URL: cluster.registryUrl,
    DATA_DIR: 'off',
  };
  const worker = fork(WORKER, { env, serialization: 'advanced', stdio: 'ignore' });
  try {
    const heard: { readonly type: string; readonly answer?: unknown }[] = [];
    worker.on('message', (message: { type: string }) => heard.push(message));
    const begin = { type: 'begin', workers: 1, keepsCatalog: false, instanceId: 'i' };
    const told = [
      { ...begin, routes: [aFileRoute('/before')], identity: 'i/1' },
      { type: 'routes', routes: [aFileRoute('/after')] },
      { type: 'identity', identity: 'i/2' },
    ];
    for (const message of told) worker.send(message);
    await eventually(() => heard.some(({ type }) => type === 'listening'), REPORTED);

    worker.send({ type: 'ask', id: 1, operation: 'routes', input: undefined });
    const answer = await eventually(() => heard.find(({ type }) => type === 'answer'));
    expect(answer).toMatchObject({ answer: { routes: [{ path_prefix: '/after' }] } });
    const alive = await fetch(`${localUrl(port)}/livez`);
    expect(alive.headers.get('rollcall-instance')).toBe('i/2');
  } finally {
    worker.kill('SIGKILL');
    await cluster.stop();
  }
});

/** A route of the routes file, as the primary has parsed it. */
function aFileRoute(pathPrefix: string): object {
  const policy = {
    picker: 'round_robin',
    headersTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    maxAttempts: 3,
    attemptTimeoutMs: Infinity,
  };
  return { service: 'product', pathPrefix, stripPrefix: false, source: 'file', policy };
}
