import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DiscoverResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { runCommand } from './command';
import type { Container } from './container';
import { expectAnswer, json } from './expect-answer';
import { addedBytes } from './image-sizes';
import { startLoad } from './load';
import { servedRequests } from './served-requests';
import { createStack, type Stack } from './stack';

/**
 * One stack for all of these: they run in this order, and each leaves it whole.
 */
const SCALE = { product: 3, order: 2 };
const APPS = ['registry', 'gateway', 'product', 'order', 'hello'];
const PROJECT = `rollcall-e2e-${process.pid}`;
const TOKENS_DIR = join(tmpdir(), `${PROJECT}-tokens`);
const MINUTE_MS = 60_000;
/** A lease: however an instance ended, it is gone from the catalog by then. */
const LEASE_MS = 30_000;

let stack: Stack;
let firstAnswer: { status: number };

beforeAll(async () => {
  stack = await createStack(PROJECT);
  await stack.up(SCALE, '--build');
  firstAnswer = await fetch(`${stack.gatewayUrl}/products`);
}, 10 * MINUTE_MS);

afterAll(async () => {
  if (stack === undefined) return;
  const log = process.env['CONTAINER_LOG'];
  if (log !== undefined) await writeFile(log, await stack.logs());
  await stack.down();
  await rm(TOKENS_DIR, { recursive: true, force: true });
}, 2 * MINUTE_MS);

const getProducts = () => expectAnswer(`${stack.gatewayUrl}/products`, 200);

async function discover(service: string): Promise<readonly Instance[]> {
  const { instances } = (await expectAnswer(
    `${stack.registryUrl}/discover/${service}`,
    200,
  )) as DiscoverResponse;
  return instances;
}

/** Waits until the registry lists this many instances of a service. */
async function listed(service: string, count: number, timeoutMs = LEASE_MS): Promise<readonly Instance[]> {
  return await eventually(
    async () => {
      const instances = await discover(service);
      if (instances.length === count) return instances;
      throw new Error(`${instances.length} of ${service} are listed, not ${count}`);
    },
    { timeoutMs, everyMs: 200 },
  );
}

async function oneOf(service: string): Promise<Container> {
  const [container] = await stack.containers(service);
  if (container === undefined) throw new Error(`no ${service} is running`);
  return container;
}

/** What each container of a service served of `count` requests through the gateway, one after another. */
async function spread(service: string, route: string, count: number): Promise<readonly number[]> {
  const containers = await stack.containers(service);
  const served = () => Promise.all(containers.map((c) => servedRequests(c, { method: 'GET', route })));
  const before = await served();
  for (let sent = 0; sent < count; sent++) await expectAnswer(`${stack.gatewayUrl}${route}`, 200);
  const after = await served();
  return after.map((total, index) => total - (before[index] ?? 0));
}

test('the first request after up is answered', () => {
  expect(firstAnswer.status).toBe(200);
});

test.each(Object.entries(SCALE))('%s is listed %i times, each at its own address', async (service, count) => {
  const instances = await listed(service, count);
  expect(new Set(instances.map(({ url }) => url)).size).toBe(count);
  expect(new Set(instances.map(({ instance_id }) => instance_id)).size).toBe(count);
});

test('requests are spread evenly over all instances', async () => {
  for (const served of await spread('product', '/products', 300)) {
    expect(served).toBeGreaterThanOrEqual(90);
    expect(served).toBeLessThanOrEqual(110);
  }
  for (const served of await spread('order', '/orders', 100)) {
    expect(served).toBeGreaterThanOrEqual(45);
    expect(served).toBeLessThanOrEqual(55);
  }
});

test('a product created through one instance is listed by all', async () => {
  const [first, ...others] = await stack.containers('product');
  const created = await first?.fetch('/products', {
    method: 'POST',
    body: { name: 'A chair for everyone', description: '', price_cents: 12_900, currency: 'EUR' },
  });
  expect(created?.status).toBe(201);
  const { id } = JSON.parse(created?.body ?? '') as { id: string };

  expect(others).toHaveLength(2);
  for (const other of others) {
    const { body } = await other.fetch('/products?limit=100');
    expect((JSON.parse(body) as { items: unknown[] }).items).toContainEqual(expect.objectContaining({ id }));
  }
});

test('an order is priced by the products that were found by name', async () => {
  const { items } = (await expectAnswer(`${stack.gatewayUrl}/products?limit=1`, 200)) as {
    items: { id: string; price_cents: number }[];
  };
  const [product] = items;
  const order = await expectAnswer(
    `${stack.gatewayUrl}/orders`,
    201,
    json('POST', { items: [{ product_id: product?.id, quantity: 3 }] }),
  );
  expect(order).toMatchObject({ total_cents: 3 * (product?.price_cents ?? 0) });
});

test('hello is behind the same gateway', async () => {
  expect(await expectAnswer(`${stack.gatewayUrl}/hello`, 200)).toEqual({
    message: 'Hello from the Service!',
  });
});

test.each(APPS)('%s runs as `node`, without a capability, on a root it cannot write to', async (service) => {
  const container = await oneOf(service);
  expect((await container.exec('id', '-un')).trim()).toBe('node');
  const status = await container.exec('cat', '/proc/self/status');
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  await expect(container.exec('touch', '/rollcall/here')).rejects.toThrow('Read-only file system');
});

test('the images add less than 350 MB to their base in all', async () => {
  const sizes = await Promise.all(APPS.map(async (app) => addedBytes(await oneOf(app))));
  const megabytes = sizes.map((size) => size / 1_000_000);
  const table = APPS.map((app, index) => `  ${app.padEnd(10)}${megabytes[index]?.toFixed(1).padStart(6)} MB`);
  process.stderr.write(`Each image adds to its base:\n${table.join('\n')}\n`);
  expect(megabytes.reduce((sum, size) => sum + size)).toBeLessThan(350);
});

test('ports are published on the loopback only, and none of what is scaled', async () => {
  const hosts = async (service: string) =>
    (await oneOf(service)).inspect(
      '{{range $port, $bindings := .NetworkSettings.Ports}}{{range $bindings}}{{.HostIp}} {{end}}{{end}}',
    );
  expect(await Promise.all(['registry', 'gateway'].map(hosts))).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(await Promise.all(['product', 'order', 'hello', 'postgres'].map(hosts))).toEqual(['', '', '', '']);
});

test(
  'killing one of three products fails no GET',
  async () => {
    const victim = await oneOf('product');
    await victim.kill();
    for (let sent = 0; sent < 200; sent++) await getProducts();

    await listed('product', 2, 2 * LEASE_MS);
    await victim.start();
    await listed('product', 3);
  },
  2 * MINUTE_MS,
);

test('a product that freezes for 20 s fails no GET after the first second', async () => {
  const victim = await oneOf('product');
  await victim.pause();
  const load = startLoad(getProducts, { perSecond: 20 });
  await wait(20_000);
  await victim.unpause();

  const { succeeded, failures } = await load.stop();
  expect(failures.filter(({ startedAtMs }) => startedAtMs > 1000)).toEqual([]);
  expect(succeeded).toBeGreaterThan(200);
  await listed('product', 3);
});

test('products and orders heal by themselves after a restart of the database', async () => {
  const keepers = (await Promise.all(['product', 'order'].map(stack.containers))).flat();
  const lives = () => Promise.all(keepers.map((keeper) => keeper.inspect('{{.State.StartedAt}}')));
  const before = await lives();
  const load = startLoad(getOrBeToldToWait, { perSecond: 20 });
  await stack.compose('restart', 'postgres');

  for (const keeper of keepers)
    await eventually(async () => (await keeper.fetch('/readyz')).status === 200, { timeoutMs: 30_000 });
  await eventually(createProduct, { timeoutMs: 15_000, everyMs: 200 });
  expect((await load.stop()).failures).toEqual([]);
  await getProducts();
  expect(await lives()).toEqual(before);
});

test('scaled to one under load, no request fails and the others leave the catalog', async () => {
  const reading = startLoad(getProducts, { perSecond: 20 });
  const writing = startLoad(createProduct, { perSecond: 5 });
  await stack.up({ ...SCALE, product: 1 }, '--no-recreate');

  expect(await listed('product', 1)).toHaveLength(1);
  const [reads, writes] = await Promise.all([reading.stop(), writing.stop()]);
  expect(reads.failures).toEqual([]);
  expect(writes.failures).toEqual([]);
});

test('a product is upgraded under load without a failed request', async () => {
  const reading = startLoad(getProducts, { perSecond: 20 });
  const writing = startLoad(createProduct, { perSecond: 5 });
  const old = await oneOf('product');
  await stack.up({ ...SCALE, product: 2 }, '--no-recreate');
  await listed('product', 2);
  await old.stop();

  await listed('product', 1);
  const [reads, writes] = await Promise.all([reading.stop(), writing.stop()]);
  expect(reads.failures).toEqual([]);
  expect(writes.failures).toEqual([]);
  expect((await oneOf('product')).id).not.toBe(old.id);
});

test('every app ends by itself when it is told to stop', async () => {
  const containers = (await Promise.all(APPS.map(stack.containers))).flat();
  await stack.compose('stop');
  const codes = await Promise.all(containers.map((container) => container.inspect('{{.State.ExitCode}}')));
  expect(codes).toEqual(containers.map(() => '0'));
});

test(
  'with tokens everything works as before, and the registry is closed to strangers',
  async () => {
    await runCommand(['node', join(__dirname, '../../docker/make-tokens.js'), TOKENS_DIR]);
    const closed = await createStack(PROJECT, {
      overlays: ['docker/compose.tokens.yml'],
      env: { TOKENS_DIR },
    });
    await closed.up({});
    const [, token] = (await readFile(join(TOKENS_DIR, 'operator.env'), 'utf8')).trim().split('=');

    const { items } = (await expectAnswer(`${closed.gatewayUrl}/products?limit=1`, 200)) as {
      items: { id: string }[];
    };
    const order = { items: [{ product_id: items[0]?.id, quantity: 1 }] };
    await expectAnswer(`${closed.gatewayUrl}/orders`, 201, json('POST', order));
    await expectAnswer(`${closed.registryUrl}/services`, 401);
    const stranger = { service_name: 'product', url: 'http://203.0.113.7:80' };
    await expectAnswer(`${closed.registryUrl}/register`, 401, json('POST', stranger));
    await expectAnswer(`${closed.registryUrl}/services`, 200, {
      headers: { authorization: `Bearer ${token}` },
    });
  },
  2 * MINUTE_MS,
);

function createProduct(): Promise<unknown> {
  const product = { name: 'A table', description: '', price_cents: 49_900, currency: 'EUR' };
  return expectAnswer(`${stack.gatewayUrl}/products`, 201, json('POST', product));
}

/** While its database is away a product says so, and when to come again. */
async function getOrBeToldToWait(): Promise<void> {
  const response = await fetch(`${stack.gatewayUrl}/products`, { signal: AbortSignal.timeout(10_000) });
  const body = await response.text();
  if (response.status === 200 || (response.status === 503 && response.headers.has('retry-after'))) return;
  throw new Error(`${response.status}: ${body}`);
}
