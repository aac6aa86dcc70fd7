import { PROBLEM_CONTENT_TYPE, type Problem } from '@rollcall/contracts';
import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json, request, type Answer } from '../src/expect-answer';
import { rawRequest } from '../src/raw-request';
import { listAll } from '../src/shop';

type Target = 'registry' | 'gateway' | 'product' | 'order';

const LONG = 'x'.repeat(100_000);

/** Bodies with several faults, and where each fault is. */
const faultyBodies: readonly (readonly [Target, string, object, readonly string[]])[] = [
  ['registry', '/register', {}, ['service_name', 'url']],
  [
    'registry',
    '/register',
    { service_name: 'no spaces', url: 'ftp://there', weight: 0 },
    ['service_name', 'url', 'weight'],
  ],
  ['registry', '/heartbeat', { service_name: 'x/y', url: 5 }, ['service_name', 'url']],
  ['product', '/products', { price_cents: -1, currency: 'euros' }, ['name', 'price_cents', 'currency']],
  ['order', '/orders', {}, ['items']],
  [
    'order',
    '/orders',
    { items: [{ product_id: 'none', quantity: 0 }] },
    ['items.0.product_id', 'items.0.quantity'],
  ],
];

/** Every call that takes a JSON body. */
const jsonCalls: readonly (readonly [Target, string])[] = [
  ['registry', '/register'],
  ['registry', '/heartbeat'],
  ['registry', '/deregister'],
  ['product', '/products'],
  ['order', '/orders'],
];

const wrongMethods: readonly (readonly [Target, string, string, string])[] = [
  ['registry', 'GET', '/register', 'POST'],
  ['registry', 'DELETE', '/discover/product', 'GET, HEAD'],
  ['product', 'PUT', '/products', 'GET, HEAD, POST'],
  ['order', 'DELETE', '/orders', 'GET, HEAD, POST'],
  ['gateway', 'GET', '/register_service', 'POST'],
];

const badQueries: readonly (readonly [Target, string])[] = [
  ['registry', '/discover/product?wait=forever'],
  ['registry', '/discover/product?index=-1'],
  ['registry', '/discover/not%20a%20name'],
  ['registry', '/watch'],
  ['product', '/products?limit=0'],
  ['product', '/products?cursor=%00'],
  ['order', '/orders?limit=many'],
];

const badBytes: readonly (readonly [string, string])[] = [
  ['no HTTP at all', 'GARBAGE\r\n\r\n'],
  [
    'a path that decodes to nothing',
    'GET /%E0%A4%A HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  ],
  [
    'a length and an encoding at once',
    'POST /products HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'two lengths',
    'POST /products HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  ],
  ['no Host', 'GET /products HTTP/1.1\r\nConnection: close\r\n\r\n'],
  [
    'headers that are too long',
    `GET /products HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ],
];

describe('bad input', () => {
  let cluster: Cluster;
  let services: readonly AppProcess[] = [];
  let urls: Readonly<Record<Target, string>>;

  beforeAll(async () => {
    cluster = await startCluster();
    const [product, order] = await Promise.all([cluster.add('product'), cluster.add('order')]);
    services = [product, order];
    urls = {
      registry: cluster.registryUrl,
      gateway: cluster.gatewayUrl,
      product: product.url,
      order: order.url,
    };
  });

  afterAll(() => cluster.stop());

  const stored = async () => ({
    services: await cluster.discover('product'),
    products: await listAll(`${urls.product}/products`),
    orders: await listAll(`${urls.order}/orders`),
  });
  const withoutHeartbeats = (text: string) => text.replace(/"last_heartbeat":\d+/g, '');

  const expectProblem = (answer: Answer, status: number): Problem => {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining(PROBLEM_CONTENT_TYPE),
    ]);
    const problem = answer.json() as Problem;
    expect(problem).toMatchObject({ status, code: expect.stringMatching(/^[A-Z_]+$/) });
    return problem;
  };

  describe('is refused', () => {
    test.each(faultyBodies)('by %s %s, naming every fault: %j', async (target, path, body, faults) => {
      const problem = expectProblem(await request(urls[target] + path, json('POST', body)), 400);

      expect(problem.faults?.map(({ path }) => path)).toEqual(expect.arrayContaining([...faults]));
    });

    test.each(jsonCalls)('by %s %s as malformed JSON', async (target, path) => {
      expectProblem(await request(urls[target] + path, { ...json('POST', {}), body: '{"a":' }), 400);
    });

    test.each(jsonCalls)('by %s %s as no object', async (target, path) => {
      expectProblem(await request(urls[target] + path, json('POST', [1])), 400);
    });

    test.each(jsonCalls)('by %s %s as too large', async (target, path) => {
      expectProblem(await request(urls[target] + path, json('POST', { service_name: LONG })), 413);
    });

    test.each(jsonCalls)('by %s %s as the wrong type', async (target, path) => {
      const headers = { 'content-type': 'text/plain' };

      expectProblem(await request(urls[target] + path, { method: 'POST', headers, body: 'product' }), 415);
    });

    test.each(badQueries)('by %s in the query or path %s', async (target, path) => {
      const problem = expectProblem(await request(urls[target] + path), 400);

      expect(problem.faults).not.toHaveLength(0);
    });

    test.each(wrongMethods)('by %s %s %s, allowing %s', async (target, method, path, allow) => {
      const answer = await request(urls[target] + path, { method });

      expectProblem(answer, 405);
      expect(answer.headers.get('allow')).toBe(allow);
    });

    test.each(['registry', 'gateway', 'product', 'order'] as const)(
      'by %s at an unknown path',
      async (target) => {
        expectProblem(await request(`${urls[target]}/nothing/here`), 404);
      },
    );

    test.each([
      '',
      'name',
      ',http://127.0.0.1:1',
      'no spaces,127.0.0.1:1',
      '{"name":"a"}',
      'a,ftp://b',
      LONG,
    ])('by the gateway at /register_service: %.20s', async (body) => {
      const answer = await request(`${urls.gateway}/register_service`, { method: 'POST', body });

      expectProblem(answer, body === LONG ? 413 : 400);
    });

    test('by the gateway when a web page sends it', async () => {
      const headers = { origin: 'http://evil.example' };
      const answer = await request(`${urls.gateway}/register_service`, {
        method: 'POST',
        headers,
        body: 'a,b',
      });

      expectProblem(answer, 403);
    });

    test.each(badBytes)('as %s', async (_, bytes) => {
      for (const url of Object.values(urls))
        expect(await rawRequest(url, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    });
  });

  test('stores nothing and ends no process', async () => {
    const before = withoutHeartbeats(JSON.stringify(await stored()));

    await Promise.all(
      jsonCalls.flatMap(([target, path]) =>
        ['{"a":', '[]', 'null', '{"__proto__":{"items":[]}}', '['.repeat(30_000)].map((body) =>
          request(urls[target] + path, { ...json('POST', {}), body }),
        ),
      ),
    );

    expect(withoutHeartbeats(JSON.stringify(await stored()))).toBe(before);
    for (const process of [cluster.registry(), cluster.gateway(), ...services]) {
      expect(process.isRunning()).toBe(true);
    }
    expect(await expectAnswer(`${urls.gateway}/products`, 200)).toBeDefined();
  });
});
