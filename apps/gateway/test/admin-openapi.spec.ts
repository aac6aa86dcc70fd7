import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createLogger } from '@rollcall/service-kit';
import { createOpenApiConformance, eventually, mountedOperations } from '@rollcall/testing';
import { mountAdminRoutes } from '../src/http/admin-routes';
import { adminDocument } from '../src/http/openapi/admin-document';
import { createLocalOperations } from '../src/operations/operations';
import { createOperatorOrders } from '../src/operations/operator-orders';
import { createUpstreams } from '../src/upstreams/upstreams';
import { createFakeTransport } from './support/fake-transport';
import { startGateway, type RunningGateway } from './support/start-gateway';

const TOKEN = 'a-token-of-some-length';
const ROUTES = `
version: 1
routes:
  - path_prefix: /shop
    service: product
    host: shop.example
    methods: [ GET ]
    max_in_flight: 10
    rate_limit: { requests: 5 }
    retries: { attempt_timeout_ms: 100 }
    canary: { versions: [ { version: '2', percent: 5 } ] }
`;

describe('the OpenAPI document of the admin port', () => {
  let folder: string;
  let file: string;
  let running: RunningGateway;
  const api = createOpenApiConformance(adminDocument());

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-admin-'));
    file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file, ADMIN_TOKEN: TOKEN });
    const routes = [{ path_prefix: '/products' }];
    running.registry.list({
      instance_id: 'p1',
      service_name: 'product',
      url: 'http://127.0.0.1:9',
      version: '1.0',
      routes,
    });
    running.registry.list({ instance_id: 'o1', service_name: 'zebra', url: 'http://127.0.0.1:10', routes });
    await eventually(async () => JSON.stringify(await ask('/upstreams')).includes('o1'));
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return api.fetch(running.adminUrl + path, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  const ask = async (path: string): Promise<unknown> => (await call('GET', path)).json();

  it('is served to everybody, and rendered for people', async () => {
    expect(await running.admin('/openapi.json')).toEqual(JSON.parse(JSON.stringify(adminDocument())));
    expect((await fetch(`${running.adminUrl}/docs`)).headers.get('content-type')).toMatch('text/html');
  });

  it('has every operation that there is, and no other', () => {
    const app = express();
    const silent = createLogger({ service: 'gateway', level: 'error', pretty: false });
    const operations = createLocalOperations({
      routes: {
        table: { routes: [], match: () => ({ kind: 'none' }), isDecidedBefore: () => true },
        refused: () => [],
        claims: () => [],
        replaceFileRoutes: () => undefined,
        update: () => undefined,
      },
      upstreams: createUpstreams(createFakeTransport()),
      isSynced: () => true,
      now: () => 0,
    });
    mountAdminRoutes(app, {
      operations,
      orders: createOperatorOrders(operations, silent),
      console: { setting: 'off', source: 'gateway', version: '0', from: __dirname, logger: silent },
      self: { state: () => Promise.reject(new Error('not asked')), config: () => ({}) },
      guard: { checkCall: () => undefined },
    });
    const own = mountedOperations(app).filter((name) => !/\/(openapi\.json|docs)/.test(name));
    expect(api.operations()).toEqual(own);
  });

  it('says what is really answered', async () => {
    expect(await ask('/routes')).toMatchObject({
      routes: [
        {
          path_prefix: '/shop',
          max_in_flight: 10,
          policies: ['rate_limit: 5 requests per 1 s, burst 5, by client'],
        },
        { path_prefix: '/products', policies: [] },
      ],
      refused: [{ service: 'zebra' }],
    });
    expect(await ask('/explain?path=/shop/1&host=shop.example')).toMatchObject({
      verdict: 'forwarded',
      route: { picker: 'round_robin', in_flight: 0, max_in_flight: 10, canary: [{ version: '2' }, {}] },
      instances: [{ instance_id: 'p1', version: '1.0', weight: 100, picked: true }],
    });
    for (const path of ['/explain?path=/shop&method=POST&host=shop.example', '/explain?path=/nowhere'])
      await ask(path);
    expect((await call('GET', '/explain?path=x')).status).toBe(400);
    expect(await ask('/config')).toMatchObject({ routes_file: { path: file, routes: 1, fault: null } });
    await writeFile(file, 'version: 2');
    process.emit('SIGHUP');
    expect(await ask('/config')).toMatchObject({ routes_file: { fault: { faults: [{}, {}] } } });

    expect(await ask('/state')).toMatchObject({ synced: true, ejected: [] });
    const eject = '/upstreams/p1/eject';
    expect((await call('POST', eject, { reason: 'new disk', for_ms: 60_000 })).status).toBe(200);
    await ask('/upstreams');
    expect(await ask('/state')).toMatchObject({ ejected: [{ instance_id: 'p1' }] });
    expect((await call('POST', eject, { reason: 'new disk' })).status).toBe(200);
    expect((await call('POST', eject, {})).status).toBe(400);
    expect((await call('POST', eject, { reason: 'x'.repeat(70_000) })).status).toBe(413);
    const asForm = { 'Content-Type': 'text/plain' };
    expect((await call('POST', eject, { reason: 'a' }, asForm)).status).toBe(415);
    expect((await call('POST', eject, { reason: 'a' }, { Origin: 'http://localhost' })).status).toBe(403);
    expect((await call('POST', '/upstreams/nobody/eject', { reason: 'a' })).status).toBe(404);
    expect((await call('POST', '/upstreams/p1/restore', { by: 'Ada' })).status).toBe(200);
    expect((await call('POST', '/upstreams/nobody/restore', {})).status).toBe(404);
    for (const path of ['/state', '/routes', '/upstreams', '/explain?path=/', '/config'])
      expect((await call('GET', path, undefined, { Authorization: 'Bearer wrong' })).status).toBe(401);
    const strangers = { Authorization: '' };
    expect((await call('POST', eject, { reason: 'a' }, strangers)).status).toBe(401);
    expect(api.untried()).toEqual([]);
  });

  it('is right about what fails', async () => {
    await eventually(async () => {
      await fetch(`${running.url}/products`);
      return JSON.stringify(await ask('/upstreams')).includes('available_in_ms');
    });
    expect(await ask('/explain?path=/products')).toMatchObject({
      instances: [{ picked: expect.any(Boolean) }],
    });
  });
});
