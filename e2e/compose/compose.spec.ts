import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { closedPort, eventually, timeScale } from '@rollcall/testing';
import { Agent } from 'node:https';
import { askSecurely, createPrivateAuthority } from '@rollcall/testing/certificates';
import { expectAnswer, json, request } from '../src/expect-answer';
import { startLoad, type Failure } from '../src/load';
import { servedBy } from '../src/served-requests';
import { espressoCup, newProduct, orderOf, postProduct } from '../src/shop';
import { listed } from './catalog';
import { runCommand } from './command';
import type { Container } from './container';
import { etcdImage } from './etcd-image';
import { addedBytes } from './image-sizes';
import { createStack, type Stack } from './stack';

/** One stack for all of these: building and starting it takes longer than they do. They run in this order. */
const PROJECT = `rollcall-e2e-${process.pid}`;
const TOKENS_DIR = join(tmpdir(), `${PROJECT}-tokens`);
const ROUTES_DIR = join(tmpdir(), `${PROJECT}-routes`);
const CERTIFICATES_DIR = join(tmpdir(), `${PROJECT}-certificates`);
const SCALE = { product: 3, order: 2 };
const APPS = ['registry', 'gateway', 'product', 'order', 'hello'];
const MINUTE_MS = 60_000 * timeScale;

let stack: Stack;
let firstAnswer: { status: number };

beforeAll(async () => {
  await cp(join(__dirname, '../../docker/routes'), ROUTES_DIR, { recursive: true });
  stack = await createStack(PROJECT, { env: { ROUTES_DIR } });
  await stack.up(SCALE, '--build');
  firstAnswer = await fetch(`${stack.gatewayUrl}/products`);
}, 10 * MINUTE_MS);

afterAll(async () => {
  if (stack === undefined) return;
  const log = process.env['CONTAINER_LOG'];
  if (log !== undefined) await writeFile(log, await stack.logs());
  await stack.down();
  for (const folder of [TOKENS_DIR, CERTIFICATES_DIR, ROUTES_DIR])
    await rm(folder, { recursive: true, force: true });
}, 2 * MINUTE_MS);

const getProducts = () => expectAnswer(`${stack.gatewayUrl}/products`, 200);
const addProduct = () => postProduct(stack.gatewayUrl, 'A table');

async function oneOf(service: string): Promise<Container> {
  const [container] = await stack.containers(service);
  if (container === undefined) throw new Error(`no ${service} is running`);
  return container;
}

const containersOf = async (...services: string[]): Promise<readonly Container[]> =>
  (await Promise.all(services.map(stack.containers))).flat();

/** What the command says inside a container, as JSON; @throws when it does not end with 0 */
async function rollcall<T>(container: Container, ...args: string[]): Promise<T> {
  return JSON.parse(await container.exec('rollcall', ...args, '-o', 'json')) as T;
}

interface Diagnosis {
  readonly checks: readonly { readonly id: string; readonly level: string }[];
}

const levelsOf = (checks: Diagnosis['checks']) =>
  Object.fromEntries(checks.map(({ id, level }) => [id, level]));

/** With tokens and over TLS. */
const WELL_GUARDED = {
  certificate: 'ok',
  auth: 'ok',
  token: 'ok',
  token_in_the_clear: 'ok',
  gateways_reachable: 'ok',
  legacy_calls: 'ok',
};

const makeCertificates = () =>
  runCommand(['node', join(__dirname, '../../docker/make-certificates.js'), CERTIFICATES_DIR]);

/** What each container of a service served of `count` requests through the gateway, one after another. */
async function spread(service: string, route: string, count: number): Promise<readonly number[]> {
  const containers = await stack.containers(service);
  const served = () =>
    Promise.all(
      containers.map(async (one) => servedBy((await one.fetch('/metrics')).body, { method: 'GET', route })),
    );
  const before = await served();
  for (let sent = 0; sent < count; sent += 1) await expectAnswer(`${stack.gatewayUrl}${route}`, 200);
  const after = await served();
  return after.map((total, index) => total - (before[index] ?? 0));
}

/** What failed of the reads and writes that went on while something happened. */
async function failuresWhile(happens: () => Promise<unknown>): Promise<readonly Failure[]> {
  const loads = [startLoad(getProducts, { perSecond: 20 }), startLoad(addProduct, { perSecond: 5 })];
  const stop = () => Promise.all(loads.map((load) => load.stop()));
  // Also when it goes wrong: no load is left behind for the tests that follow.
  await happens().finally(stop);
  return (await stop()).flatMap(({ failures }) => failures);
}

test('the first request after up is answered', () => {
  expect(firstAnswer.status).toBe(200);
});

test.each(Object.entries(SCALE))('%s is listed %i times, each at its own address', async (service, count) => {
  const instances = await listed(stack.registryUrl, service, count);
  expect(new Set(instances.map(({ url }) => url)).size).toBe(count);
  expect(new Set(instances.map(({ instance_id }) => instance_id)).size).toBe(count);
});

test('the command of the README that waits for three products ends when they are listed', async () => {
  const readme = await readFile(join(__dirname, '../../README.md'), 'utf8');
  const command = /^until .*; done$/m.exec(readme)?.[0] ?? '';
  expect(command).toContain('http://localhost:8080/discover/product');
  await runCommand(['sh', '-c', command.replace('http://localhost:8080', stack.registryUrl)]);
});

test.each(APPS)('the command in the image of %s lists everybody', async (app) => {
  const everybody = { gateway: 1, hello: 1, ...SCALE };
  for (const [service, count] of Object.entries(everybody)) await listed(stack.registryUrl, service, count);
  const { services } = await rollcall<{ services: Record<string, unknown[]> }>(await oneOf(app), 'ls');
  const counts = Object.entries(services).map(([service, instances]) => [service, instances.length]);
  expect(Object.fromEntries(counts)).toEqual(everybody);
});

test('the command in the image of the gateway finds no fault, in its own container neither', async () => {
  const { checks } = await rollcall<Diagnosis>(await oneOf('gateway'), 'doctor', '--self');
  expect(levelsOf(checks)).toMatchObject({ gateways_reachable: 'ok', process_1: 'ok', data_dir: 'ok' });
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
    body: newProduct('A chair for everyone'),
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
  const order = await expectAnswer(`${stack.gatewayUrl}/orders`, 201, json('POST', orderOf(espressoCup.id)));
  expect(order).toMatchObject({ total_cents: 2 * espressoCup.price_cents });
});

test('hello is behind the same gateway', async () => {
  const greeting = { message: 'Hello from the Service!' };
  expect(await expectAnswer(`${stack.gatewayUrl}/hello`, 200)).toEqual(greeting);
});

test.each(APPS)('%s runs as `node`, without a capability, on a root it cannot write to', async (service) => {
  const container = await oneOf(service);
  expect((await container.exec('id', '-un')).trim()).toBe('node');
  const status = await container.exec('cat', '/proc/self/status');
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  await expect(container.exec('touch', '/rollcall/here')).rejects.toThrow('Read-only file system');
});

test('a routes file that is replaced by rename is followed', async () => {
  const file = join(ROUTES_DIR, 'routes.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    `${file}.new`,
    `${text}  - { path_prefix: /welcome, service: hello, rewrite: { prefix: /hello } }\n`,
  );
  await rename(`${file}.new`, file);
  await eventually(() => expectAnswer(`${stack.gatewayUrl}/welcome`, 200), {
    timeoutMs: 20_000,
    everyMs: 200,
  });
});

test('the gateway keeps what it knows of the catalog in its volume', async () => {
  const gateway = await oneOf('gateway');
  await eventually(() => gateway.exec('test', '-s', '/var/lib/rollcall/gateway/catalog.json'), {
    timeoutMs: 20_000,
  });
  expect(await stack.logs()).not.toContain('catalog_cache_failed');
});

test.each(APPS)('%s has nothing in its image that installs packages', async (service) => {
  const container = await oneOf(service);
  for (const command of ['npm', 'npx', 'corepack', 'yarn'])
    await expect(container.exec('sh', '-c', `command -v ${command}`)).rejects.toThrow('ended with 127');
  await expect(container.exec('test', '-e', '/usr/local/lib/node_modules')).rejects.toThrow('ended with 1');
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

test('killing one of three products fails no GET', async () => {
  const victim = await oneOf('product');
  await victim.kill();
  for (let sent = 0; sent < 200; sent += 1) await getProducts();

  await listed(stack.registryUrl, 'product', 2);
  await victim.start();
  await listed(stack.registryUrl, 'product', 3);
});

test('a product that freezes for 20 s fails no GET after the first second', async () => {
  const victim = await oneOf('product');
  await victim.pause();
  const load = startLoad(getProductsSoon, { perSecond: 20 });
  await wait(20_000);
  await victim.unpause();

  const { succeeded, failures } = await load.stop();
  expect(failures.filter(({ startedAtMs }) => startedAtMs > 1000)).toEqual([]);
  expect(succeeded).toBeGreaterThan(200);
  await listed(stack.registryUrl, 'product', 3);
});

test('products and orders heal by themselves after a restart of the database', async () => {
  const keepers = await containersOf('product', 'order');
  const lives = () => Promise.all(keepers.map((keeper) => keeper.inspect('{{.State.StartedAt}}')));
  const before = await lives();
  const load = startLoad(getProductsOrBeToldToWait, { perSecond: 20 });
  await stack.compose('restart', 'postgres');

  for (const keeper of keepers)
    await eventually(async () => (await keeper.fetch('/readyz')).status === 200, { timeoutMs: 30_000 });
  await eventually(addProduct, { timeoutMs: 15_000, everyMs: 200 });
  expect((await load.stop()).failures).toEqual([]);
  await getProducts();
  expect(await lives()).toEqual(before);
});

test('a restart of the registry fails no request and loses nobody', async () => {
  const failures = await failuresWhile(async () => {
    await stack.compose('restart', 'registry');
    await listed(stack.registryUrl, 'product', 3);
    await listed(stack.registryUrl, 'order', 2);
  });
  expect(failures).toEqual([]);
});

test('scaled to one under load, no request fails and the others leave the catalog', async () => {
  const failures = await failuresWhile(async () => {
    await stack.up({ ...SCALE, product: 1 }, '--no-recreate');
    await listed(stack.registryUrl, 'product', 1);
  });
  expect(failures).toEqual([]);
  expect(await stack.containers('product')).toHaveLength(1);
});

test('a product is upgraded under load without a failed request', async () => {
  const old = await oneOf('product');
  const failures = await failuresWhile(async () => {
    await stack.up({ ...SCALE, product: 2 }, '--no-recreate');
    await listed(stack.registryUrl, 'product', 2);
    await old.stop();
    await listed(stack.registryUrl, 'product', 1);
  });
  expect(failures).toEqual([]);
  expect((await oneOf('product')).id).not.toBe(old.id);
});

test('the command drains a service, and everybody who calls it has let go', async () => {
  const products = await listed(stack.registryUrl, 'product', 1);
  const command = ['drain', '--service', 'product', '--wait', '--yes'];
  const { drains } = await rollcall<{ drains: unknown }>(await oneOf('registry'), ...command);
  const complete = products.map(({ instance_id }) => ({ instance_id, complete: true, missing: [] }));
  expect(drains).toMatchObject(complete);
});

test('every app ends by itself when it is told to stop', async () => {
  const containers = await containersOf(...APPS);
  await stack.compose('stop');
  const codes = await Promise.all(containers.map((container) => container.inspect('{{.State.ExitCode}}')));
  expect(codes).toEqual(containers.map(() => '0'));
});

test(
  'with tokens everything works as before, and the registry is closed to strangers',
  async () => {
    await makeTokens();
    const overlays = ['docker/compose.tokens.yml'];
    const closed = await createStack(PROJECT, { overlays, env: { TOKENS_DIR, ROUTES_DIR } });
    await closed.up({});

    await expectAnswer(`${closed.gatewayUrl}/products`, 200);
    await expectAnswer(`${closed.gatewayUrl}/orders`, 201, json('POST', orderOf(espressoCup.id)));

    const stranger = { service_name: 'product', url: 'http://203.0.113.7:80' };
    await expectAnswer(`${closed.registryUrl}/register`, 401, json('POST', stranger));
    await expectAnswer(`${closed.registryUrl}/services`, 401);
    // The registry's container has no token, and the gateway's may read.
    const [registry, gateway] = [await oneOf('registry'), await oneOf('gateway')];
    await expect(registry.exec('rollcall', 'ls')).rejects.toThrow('ended with 4');
    expect(await gateway.exec('rollcall', 'ls', '-o', 'name')).toMatch(/^product$/m);
    const services = (token: string) => ({
      url: `${closed.registryUrl}/services`,
      init: { headers: { authorization: `Bearer ${token}` } },
    });
    const answers = async (token: string) => {
      const { url, init } = services(token);
      return (await request(url, init)).status;
    };
    const before = await operatorToken();
    expect(await answers(before)).toBe(200);
    for (const service of ['gateway', 'product', 'order', 'hello']) {
      const [container] = await closed.containers(service);
      expect(await container?.inspect('{{.Config.Env}}')).not.toContain('REGISTRY_TOKEN=');
    }
    // They would let anybody route a path to any address.
    await expectAnswer(`${closed.gatewayUrl}/register_service`, 404, {
      method: 'POST',
      body: 'a,localhost:1',
    });

    await makeTokens('--rotate');
    await eventually(async () => (await answers(await operatorToken())) === 200, {
      timeoutMs: 20_000,
      everyMs: 200,
    });
    expect(await operatorToken()).not.toBe(before);
    expect(await answers(before)).toBe(200);
    await closed.compose('restart', 'gateway', 'product', 'order', 'hello');
    await makeTokens('--retire');
    await eventually(async () => (await answers(before)) === 401, { timeoutMs: 20_000, everyMs: 200 });
    await eventually(() => expectAnswer(`${closed.gatewayUrl}/products`, 200), {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    await listed(closed.registryUrl, 'product', 1, services(await operatorToken()).init);
  },
  2 * MINUTE_MS,
);

test(
  'over TLS everything works as before, tokens included, and certificates are renewed in place',
  async () => {
    await Promise.all([makeTokens(), makeCertificates()]);
    const overlays = ['docker/compose.tokens.yml', 'docker/compose.tls.yml'];
    const secure = await createStack(PROJECT, {
      overlays,
      env: { TOKENS_DIR, CERTIFICATES_DIR, ROUTES_DIR },
    });
    await secure.up({});

    const ca = await readFile(join(CERTIFICATES_DIR, 'trusted/ca.pem'), 'utf8');
    const [gatewayUrl, registryUrl] = [secure.gatewayUrl, secure.registryUrl].map((url) =>
      url.replace('http:', 'https:'),
    );
    // Those of before could not tell a registry that has begun to speak TLS of their end: they are found out by probes.
    await eventually(async () => (await askSecurely(`${gatewayUrl}/products`, { ca })).status === 200, {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    const order = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(orderOf(espressoCup.id)),
    };
    await eventually(
      async () => (await askSecurely(`${gatewayUrl}/orders`, { ca, ...order })).status === 201,
      { timeoutMs: 60_000, everyMs: 200 },
    );
    expect((await askSecurely(`${registryUrl}/services`, { ca })).status).toBe(401);
    await expect(fetch(`${secure.registryUrl}/livez`)).rejects.toThrow('fetch failed');
    // It fails while all that is listed of a service is one of before.
    const gateway = await oneOf('gateway');
    const { checks } = await eventually(() => rollcall<Diagnosis>(gateway, 'doctor'), {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    expect(levelsOf(checks)).toMatchObject(WELL_GUARDED);
    const { auth } = await rollcall<{ auth: string }>(await oneOf('registry'), 'whoami');
    expect(auth).toBe('on');

    const shown = async () =>
      Promise.all(
        [gatewayUrl, registryUrl].map(async (url) => (await askSecurely(`${url}/livez`, { ca })).certificate),
      );
    const [gatewayBefore, registryBefore] = await shown();
    await makeCertificates();
    await eventually(
      async () => {
        const [gatewayNow, registryNow] = await shown();
        return gatewayNow !== gatewayBefore && registryNow !== registryBefore;
      },
      { timeoutMs: 20_000, everyMs: 200 },
    );
  },
  2 * MINUTE_MS,
);

test(
  'over mutual TLS nothing answers who shows no certificate, and certificates are renewed under load',
  async () => {
    await makeCertificates();
    const secure = await createStack(PROJECT, {
      overlays: ['docker/compose.tls.yml', 'docker/compose.mtls.yml'],
      env: { CERTIFICATES_DIR, ROUTES_DIR },
    });
    await secure.up({ product: 2 });

    const made = (file: string) => readFile(join(CERTIFICATES_DIR, file), 'utf8');
    const [ca, cert, key] = await Promise.all([
      made('trusted/ca.pem'),
      made('operator/cert.pem'),
      made('operator/key.pem'),
    ]);
    const caller = { ca, pair: { cert, key } };
    const [gatewayUrl, registryUrl] = [secure.gatewayUrl, secure.registryUrl].map((url) =>
      url.replace('http:', 'https:'),
    );
    const agent = new Agent({ keepAlive: true });
    const answers = async (kept?: Agent) => {
      const asked = { ...caller, ...(kept && { agent: kept }) };
      const { status, certificate } = await askSecurely(`${gatewayUrl}/products`, asked);
      if (status !== 200) throw new Error(`GET /products answered ${status}`);
      return certificate;
    };
    await eventually(answers, { timeoutMs: 60_000, everyMs: 200 });
    // Those that ran before could not tell this registry of their end.
    await eventually(
      async () => {
        const { services } = await rollcall<{ services: Record<string, unknown[]> }>(
          await oneOf('hello'),
          'ls',
        );
        return services['product']?.length === 2;
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );

    const foreign = await (await createPrivateAuthority()).issue({ uses: ['client'] });
    for (const url of [gatewayUrl, registryUrl]) {
      expect((await askSecurely(`${url}/livez`, caller)).status).toBe(200);
      for (const pair of [undefined, foreign])
        await expect(askSecurely(`${url}/livez`, { ca, pair })).rejects.toThrow();
    }

    const before = await answers();
    const loads = [startLoad(answers, { perSecond: 20 }), startLoad(() => answers(agent), { perSecond: 20 })];
    const stop = () => Promise.all(loads.map((load) => load.stop()));
    try {
      await Promise.all(loads.map((load) => load.more(10)));
      await makeCertificates();
      await eventually(async () => (await answers()) !== before, { timeoutMs: 20_000, everyMs: 200 });
      await Promise.all(loads.map((load) => load.more(40)));
    } finally {
      // Before its sockets are closed: what is under way would fail for that.
      await stop();
      agent.destroy();
    }
    expect((await stop()).flatMap(({ failures }) => failures)).toEqual([]);
  },
  2 * MINUTE_MS,
);

(etcdImage === undefined ? test.skip : test)(
  'two registries over three members of etcd: no request fails when one of each is killed',
  async () => {
    const [secondGatewayPort, secondRegistryPort] = await Promise.all([closedPort(), closedPort()]);
    const ha = await createStack(PROJECT, {
      overlays: ['docker/compose.ha.yml'],
      env: {
        ROUTES_DIR,
        ETCD_IMAGE: etcdImage,
        GATEWAY_2_PORT: String(secondGatewayPort),
        REGISTRY_2_PORT: String(secondRegistryPort),
      },
    });
    // It has networks and volumes of its own, which are taken down with it.
    stack = ha;
    await ha.up({ product: 2 }, '--build');
    const gateways = [ha.gatewayUrl, `http://127.0.0.1:${secondGatewayPort}`];
    const registries = [ha.registryUrl, `http://127.0.0.1:${secondRegistryPort}`];
    const bothList = () => Promise.all(registries.map((url) => listed(url, 'product', 2)));
    await bothList();
    for (const url of gateways)
      await eventually(() => expectAnswer(`${url}/products`, 200), { timeoutMs: 30_000, everyMs: 200 });

    const loads = gateways.flatMap((url) => [
      startLoad(() => expectAnswer(`${url}/products`, 200), { perSecond: 10 }),
      startLoad(() => postProduct(url, 'A shelf'), { perSecond: 2 }),
    ]);
    const stop = () => Promise.all(loads.map((load) => load.stop()));
    const goesOn = () => Promise.all(loads.map((load) => load.more(10)));
    try {
      await goesOn();
      for (const doomed of ['registry', 'etcd-1']) {
        const container = await oneOf(doomed);
        await container.kill();
        await goesOn();
        await eventually(() => registers(registries[1] ?? '', `after-${doomed}`), {
          timeoutMs: 30_000,
          everyMs: 200,
        });
        await container.start();
        await bothList();
      }
      await goesOn();
    } finally {
      await stop();
    }
    expect((await stop()).flatMap(({ failures }) => failures)).toEqual([]);
  },
  3 * MINUTE_MS,
);

/** Without a flag those that are there already are kept. */
const makeTokens = (...flags: string[]) =>
  runCommand(['node', join(__dirname, '../../docker/make-tokens.js'), ...flags, TOKENS_DIR]);

const operatorToken = async () => (await readFile(join(TOKENS_DIR, 'operator/token'), 'utf8')).trim();

const registers = (registryUrl: string, service: string) =>
  expectAnswer(
    `${registryUrl}/register`,
    201,
    json('POST', { service_name: service, url: 'http://203.0.113.7:80', ttl_seconds: 600 }),
  );

/** Somebody who has waited five seconds has been failed, whatever comes after. */
const getProductsSoon = () =>
  expectAnswer(`${stack.gatewayUrl}/products`, 200, { signal: AbortSignal.timeout(5000) });

/** While its database is away a product says so, and when to come again. */
async function getProductsOrBeToldToWait(): Promise<void> {
  const { status, headers, text } = await request(`${stack.gatewayUrl}/products`);
  if (status === 200 || (status === 503 && headers.has('retry-after'))) return;
  throw new Error(`${status}: ${text}`);
}
