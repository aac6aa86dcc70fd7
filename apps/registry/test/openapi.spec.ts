import { randomUUID } from 'node:crypto';
import { createOpenApiConformance, type OpenApiConformance } from '@rollcall/testing';
import { registryDocument } from '../src/http/openapi/registry-document';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

const TOKEN = 'the-one-token-of-a-spec';
const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };
const everything = {
  ...product,
  url: 'http://10.0.0.2:8081',
  instance_id: 'p-2',
  version: '1.2.3',
  zone: 'eu-1a',
  tags: ['blue'],
  metadata: { team: 'shop' },
  routes: [{ path_prefix: '/products', methods: ['GET'], host: 'shop.example', strip_prefix: false }],
};

describe('the OpenAPI document of the registry', () => {
  let registry: RunningRegistry;
  let api: OpenApiConformance;

  beforeEach(async () => {
    registry = await startRegistry({
      REGISTRY_TOKEN: TOKEN,
      MAX_WATCHERS: '2',
      MAX_INSTANCES: '2',
      FAIR_SHARES: 'false',
    });
    api = createOpenApiConformance(registryDocument());
  });

  afterEach(() => registry.stop());

  async function call(method: string, path: string, body?: unknown, token = TOKEN): Promise<number> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await api.fetch(registry.url + path, init);
    await response.body?.cancel();
    return response.status;
  }
  const get = (path: string, token?: string) => call('GET', path, undefined, token);
  const post = (path: string, body: unknown = {}) => call('POST', path, body);

  it('is served to everybody, and rendered for people', async () => {
    expect((await registry.get('/openapi.json')).body).toEqual(registryDocument());
    expect((await registry.get('/docs')).headers.get('content-type')).toMatch('text/html');
  });

  it('has every operation that there is, and no other', () => {
    const mounted = registry.routes
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
      .sort();

    expect(api.operations()).toEqual(mounted);
  });

  it('says what is really answered', async () => {
    expect(await post('/register', product)).toBe(201);
    expect(await post('/register', product)).toBe(200);
    expect(await post('/register', everything)).toBe(201);
    expect(await post('/register', { service_name: 'order', url: 'http://10.0.0.3' })).toBe(429);
    expect(await post('/register', { ...product, url: 'http://169.254.169.254' })).toBe(422);
    expect(await post('/register', {})).toBe(400);
    expect(await call('POST', '/register', product, 'another')).toBe(401);

    expect(await post('/heartbeat', { instance_id: 'p-1' })).toBe(200);
    expect(await post('/heartbeat', { instance_id: 'nobody' })).toBe(404);
    expect(await post('/heartbeat', { instance_id: 'p-1', epoch: 999 })).toBe(409);

    for (const path of [
      '/discover/product',
      '/services',
      '/explain',
      '/explain/product',
      '/events',
      '/whoami',
      '/registry',
    ]) {
      expect(await get(path)).toBe(200);
      expect(await get(path, 'another')).toBe(401);
    }
    expect(await get('/discover/product?wait=30s')).toBe(400);
    expect(await get('/events?limit=0')).toBe(400);
    expect(await get('/events?type=gone')).toBe(400);
    expect(await get('/explain?limit=0')).toBe(400);

    const override = '/instances/p-2/override';
    expect(await call('PUT', override, { status: 'out_of_service', reason: 'disk', for_ms: 5000 })).toBe(200);
    expect(await get('/explain/product')).toBe(200);
    expect(await call('DELETE', override)).toBe(200);
    expect(await call('DELETE', '/instances/nobody/override')).toBe(404);
    expect(await post('/services/product/guard/release')).toBe(200);

    expect(await get('/instances/p-1/session?epoch=1')).toBe(200);
    expect(await get('/instances/p-1/session?epoch=9')).toBe(409);
    expect(await get('/instances/nobody/session?epoch=1')).toBe(404);
    expect(await post('/instances/p-2/drain?wait_ms=0')).toBe(200);
    expect(await post('/instances/nobody/drain')).toBe(404);
    expect(await get('/instances/p-2/drain')).toBe(200);
    expect(await get('/instances/p-2/drain?epoch=99')).toBe(409);
    expect(await get('/instances/nobody/drain')).toBe(404);
    expect(await post('/acks', { subscriber: randomUUID(), stream_secret: 's', revision: 1 })).toBe(404);
    expect(await get('/watch?services=*')).toBe(200);
    expect(await get('/watch')).toBe(400);
    expect(await get('/live')).toBe(200);
    expect(await get('/live?services=a/b')).toBe(400);
    const subscriber = randomUUID();
    expect(await post('/watch', { services: ['product'], subscriber, as: 'p-2' })).toBe(200);
    expect(await post('/watch', { services: [] })).toBe(400);
    const addition = { subscriber, stream_secret: 's', services: ['order'] };
    expect(await post('/watch/additions', addition)).toBe(404);
    expect(await post('/watch/additions', { ...addition, services: [] })).toBe(400);

    expect(await get('/gateways')).toBe(200);
    expect(await get('/instances/nobody/questions?answers=on')).toBe(404);
    expect(await get('/instances/p-2/questions?answers=all')).toBe(400);
    for (const question of ['routes', 'upstreams', 'config', 'explain?path=/'])
      expect(await get(`/gateways/gw-1/${question}`)).toBe(404);
    expect(await post('/gateways/gw-1/upstreams/p-1/eject', { reason: 'disk' })).toBe(404);
    expect(await post('/gateways/gw-1/upstreams/p-1/restore')).toBe(404);
    expect(await post(`/answers/${randomUUID()}`, { status: 200, body: {} })).toBe(404);
    expect(await get('/instances/p-2/questions?answers=read')).toBe(200);

    expect(await post('/deregister', { instance_id: 'p-1' })).toBe(204);

    expect(await get('/sd/prometheus')).toBe(503);
    await registry.clock.advance(30_000);
    expect(await post('/register', everything)).toBe(201);
    const reporter = { service_name: 'product', instance_id: 'p-2', epoch: 1 };
    const report = { reporter, seq: 1, window_ms: 2000, edges: [] };
    expect(await post('/reports', report)).toBe(409);
    expect(await post('/reports', { ...report, reporter: { ...reporter, instance_id: 'nobody' } })).toBe(404);
    expect(await post('/reports')).toBe(400);
    expect(await get('/traffic')).toBe(200);
    expect(await get('/traffic?service=product&window=5m&by=reporter&series=true')).toBe(200);
    expect(await get('/traffic?window=ever')).toBe(400);
    expect(await get('/traffic', 'another')).toBe(401);
    expect(await get('/sd/prometheus')).toBe(200);
    expect(await get('/sd/prometheus', 'another')).toBe(401);
    expect(api.untried()).toEqual([]);
  });
});

const SCHEMAS_OF_LIVE: Readonly<Record<string, string>> = {
  hello: 'WatchHello',
  delta: 'WatchDelta',
  synced: 'WatchSynced',
  event: 'CatalogEvent',
  guard: 'LiveGuards',
  drain: 'DrainProgress',
  traffic: 'TrafficResponse',
  registry: 'RegistryResponse',
};

describe('the events of its streams', () => {
  it('are what the document says', async () => {
    const registry = await startRegistry();
    const api = createOpenApiConformance(registryDocument());
    await registry.post('/register', product);
    const session = await registry.stream('/instances/p-1/session?epoch=1');
    const watch = await registry.watch(`services=*&subscriber=${randomUUID()}`);
    const expectEvents = async (stream: SseStream, names: readonly string[], prefix: string) => {
      const events = await stream.take(names.length);
      expect(events.map(({ event }) => event)).toEqual(names);
      for (const { event, data } of events)
        api.check(`${prefix}${event.charAt(0).toUpperCase()}${event.slice(1)}`, data);
    };

    await expectEvents(watch, ['hello', 'snapshot', 'synced'], 'Watch');
    await expectEvents(session, ['opened'], 'Session');
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    await expectEvents(watch, ['delta'], 'Watch');
    await registry.post('/deregister', { instance_id: 'p-1' });
    await expectEvents(watch, ['delta'], 'Watch');
    await expectEvents(session, ['closed'], 'Session');

    watch.close();
    await registry.stop();
  });

  it('are what the document says of those for people', async () => {
    const registry = await startRegistry();
    const api = createOpenApiConformance(registryDocument());
    const live = await registry.stream('/live');
    const opening = await live.take(5);
    await registry.post('/register', product);
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    await registry.clock.advance(100);
    const events = [...opening, ...(await live.take(5))];
    for (const { event, data } of events) api.check(SCHEMAS_OF_LIVE[event] ?? event, data);
    expect(new Set(events.map(({ event }) => event)).size).toBe(8);

    live.close();
    await registry.stop();
  });
});
