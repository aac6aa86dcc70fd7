import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json, request, type Answer } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { espressoCup, newProduct } from '../../src/shop';

const KEY = 'a key that nobody can guess';
const sha256 = createHash('sha256').update(KEY).digest('hex');

const GUARDED = `
version: 1
api_keys: [ { name: warehouse, sha256: '${sha256}' } ]
routes:
  - path_prefix: /v1/products
    service: product
    rewrite: { prefix: /products }
    request_headers: { remove: [ Accept-Encoding ] }
    response_headers: { set: { X-Served-By: the shop } }
  - path_prefix: /products
    service: product
    cors: { origins: [ 'https://shop.example' ], credentials: true }
    body_limit_bytes: 500
  - path_prefix: /stock
    service: product
    strip_prefix: true
    api_key: {}
    rate_limit: { requests: 4, per_seconds: 600, by: key }
`;
const PLAIN = `
version: 1
routes:
  - { path_prefix: /v1/products, service: product, strip_prefix: false, rewrite: { prefix: /products } }
  - { path_prefix: /added, service: product, rewrite: { prefix: /products } }
`;

describe.each([1, 2])('a routes file with policies, in a gateway of %i workers', (workers) => {
  let cluster: Cluster;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-routes-'));
    file = join(folder, 'routes.yaml');
    await writeFile(file, GUARDED);
    cluster = await startCluster({
      gateway: { ROUTES_FILE: file, GATEWAY_WORKERS: String(workers) },
    });
    await cluster.add('product');
    await expectAnswer(`${cluster.gatewayUrl}/products`, 200);
  });

  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const ask = (path: string, init?: RequestInit) => request(cluster.gatewayUrl + path, init);
  const routesFile = async () =>
    ((await expectAnswer(`${cluster.adminUrl}/config`, 200)) as { routes_file: { fault: unknown } })
      .routes_file;

  test('the service is asked by another path, and its answers bear another field', async () => {
    const answer = await ask(`/v1/products/${espressoCup.id}`);
    expect(answer.json()).toMatchObject({ id: espressoCup.id });
    expect(answer.headers.get('x-served-by')).toBe('the shop');
  });

  test('pages of one origin may ask, and those of another may not', async () => {
    const preflight = (origin: string) =>
      ask('/products', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
    const allowed = await preflight('https://shop.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect((await preflight('https://evil.example')).status).toBe(403);
    const answer = await ask('/products', { headers: { Origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  test('a product that is too long is not stored, said beforehand or not', async () => {
    const long = JSON.stringify({ ...newProduct('too long'), description: 'x'.repeat(600) });
    const headers = { 'content-type': 'application/json' };
    const whole = await ask('/products', { method: 'POST', headers, body: long });
    const streamed: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers,
      body: new Blob([long]).stream(),
      duplex: 'half',
    };
    const inChunks = await ask('/products', streamed);
    expect([whole.status, inChunks.status]).toEqual([413, 413]);
    expect((await ask('/products', json('POST', newProduct('short')))).status).toBe(201);
    expect((await ask('/products?limit=100')).text).not.toContain('too long');
  });

  test('a key lets its owner in, as often as it may', async () => {
    expect((await ask('/stock/products')).status).toBe(401);
    const answers: Answer[] = [];
    for (let index = 0; index < 12; index += 1)
      answers.push(await ask(`/stock/products/${espressoCup.id}`, { headers: { 'X-Api-Key': KEY } }));
    // Each worker has its part of the limit, and which of them a connection comes to is not for a caller to say.
    const taken = answers.filter(({ status }) => status === 200).length;
    expect(taken).toBeGreaterThanOrEqual(4 / workers);
    expect(taken).toBeLessThanOrEqual(4);
    const refused = answers.at(-1);
    expect(refused?.status).toBe(429);
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused?.json()).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('it is replaced, spoilt and mended under load, and no request fails', async () => {
    const load = startLoad(() => expectAnswer(`${cluster.gatewayUrl}/v1/products`, 200), {
      perSecond: 100,
    });
    await load.more(50);

    await writeFile(`${file}.new`, PLAIN);
    await rename(`${file}.new`, file);
    await eventually(async () => (await ask('/added')).status === 200, { timeoutMs: 20_000 });
    await load.more(50);

    await writeFile(file, `${PLAIN}  - { path_prefix: added, servic: product }\n`);
    await eventually(async () => (await routesFile()).fault !== null, { timeoutMs: 20_000 });
    await load.more(50);
    expect((await ask('/added')).status).toBe(200);
    expect(cluster.gateway().output()).toContain('the routes file cannot be used');

    await writeFile(file, GUARDED);
    process.kill(cluster.gateway().pid, 'SIGHUP');
    await eventually(async () => (await ask('/added')).status === 404, { timeoutMs: 20_000 });
    await load.more(50);
    const { succeeded, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(succeeded).toBeGreaterThanOrEqual(200);
    expect((await routesFile()).fault).toBeNull();
  });
});
