import type { EventsResponse, DiscoverResponse, Instance, ServicesResponse } from '@rollcall/contracts';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const product = { service_name: 'product', url: 'http://product:8081' };
const discovered = async (name = 'product'): Promise<string[]> =>
  (await registry.get<DiscoverResponse>(`/discover/${name}`)).body.instances.map(({ url }) => url);

describe('the calls of the older clients, word for word', () => {
  it('register, discover, heartbeat', async () => {
    const registered = await registry.post<Instance>('/register', product);
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      instance_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      service_name: 'product',
      url: 'http://product:8081',
      status: 'up',
      version: null,
      zone: null,
      tags: [],
      weight: 100,
      metadata: {},
      routes: [],
      ttl_seconds: 30,
      health_path: '/livez',
      registered_at: 1_700_000_000,
      last_heartbeat: 1_700_000_000,
      epoch: 1,
      revision: 1,
    });

    const found = await registry.get('/discover/product');
    expect(found.status).toBe(200);
    expect(found.headers.get('cache-control')).toBe('no-store');
    expect(found.body).toMatchObject({ service_name: 'product', revision: 1, instances: [registered.body] });

    await registry.clock.advance(10_000);
    const beaten = await registry.post('/heartbeat', product);
    expect(beaten.status).toBe(200);
    expect(beaten.body).toEqual({
      instance_id: registered.body.instance_id,
      epoch: 1,
      ttl_seconds: 30,
      heartbeat_interval_seconds: 10,
      last_heartbeat: 1_700_000_010,
    });
  });

  it('a heartbeat of nobody is told to register again', async () => {
    const answer = await registry.post('/heartbeat', product);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'INSTANCE_NOT_FOUND', status: 404 });
  });

  it('a name that nobody has registered is an empty list', async () => {
    const answer = await registry.get('/discover/nobody');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ service_name: 'nobody', revision: 0, instances: [] });
  });
});

describe('registering', () => {
  it('the same twice lists it once, under the same id, and counts as a heartbeat', async () => {
    const first = await registry.post<Instance>('/register', product);
    await registry.clock.advance(20_000);
    const second = await registry.post('/register', product);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first.body, last_heartbeat: first.body.last_heartbeat + 20 });
    await registry.clock.advance(20_000);
    expect(await discovered()).toEqual([product.url]);
  });

  it('one address in two spellings lists it once', async () => {
    await registry.post('/register', product);
    expect((await registry.post('/register', { ...product, url: 'HTTP://Product:8081/' })).status).toBe(200);
    expect(await discovered()).toEqual([product.url]);
  });

  it('keeps what the instance says of itself', async () => {
    const full = {
      ...product,
      instance_id: 'p-1',
      version: '1.2.3',
      zone: 'east',
      tags: ['blue'],
      weight: 7,
      metadata: { owner: 'catalogue' },
      routes: [{ path_prefix: '/products', methods: ['GET'], strip_prefix: true }],
      ttl_seconds: 12,
      health_path: '/health',
      status: 'starting',
    };
    const { status, body } = await registry.post('/register', full);
    expect(status).toBe(201);
    expect(body).toMatchObject(full);
    expect((await registry.post('/heartbeat', { instance_id: 'p-1' })).body).toMatchObject({
      ttl_seconds: 12,
      heartbeat_interval_seconds: 4,
    });
  });

  it('a newcomer at the address supersedes who was there, whose late word then touches nothing', async () => {
    const old = await registry.post<Instance>('/register', { ...product, instance_id: 'old' });
    const young = await registry.post<Instance>('/register', { ...product, instance_id: 'young' });
    expect([young.status, young.body.epoch]).toEqual([201, 2]);

    const byId = await registry.post('/heartbeat', { instance_id: 'old', epoch: old.body.epoch });
    expect(byId).toMatchObject({ status: 404, body: { code: 'INSTANCE_NOT_FOUND' } });
    const byAddress = await registry.post('/heartbeat', { ...product, epoch: old.body.epoch });
    expect(byAddress).toMatchObject({ status: 409, body: { code: 'EPOCH_MISMATCH' } });
    expect((await registry.post('/deregister', { ...product, epoch: old.body.epoch })).status).toBe(204);

    expect((await registry.get('/discover/product')).body).toMatchObject({
      revision: 2,
      instances: [{ instance_id: 'young' }],
    });
  });

  it('has its id within its service: whoever registers another one under it takes nothing from it', async () => {
    const own = await registry.post<Instance>('/register', { ...product, instance_id: 'p-1' });
    const other = { service_name: 'order', url: 'http://o', instance_id: 'p-1' };
    const theirs = await registry.post<Instance>('/register', other);
    expect(theirs.status).toBe(201);
    expect(await discovered('product')).toEqual([product.url]);
    expect(await discovered('order')).toEqual([other.url]);

    // By its epoch, its service or its address everybody knows whom a call means; by the id alone nobody does.
    const { epoch } = own.body;
    expect((await registry.post('/heartbeat', { instance_id: 'p-1', epoch })).body).toMatchObject({ epoch });
    const named = { instance_id: 'p-1', service_name: 'product' };
    expect((await registry.post('/heartbeat', named)).body).toMatchObject({ epoch });
    expect((await registry.post('/heartbeat', product)).body).toMatchObject({ epoch });
    for (const path of ['/heartbeat', '/deregister', '/instances/p-1/drain'])
      expect(await registry.post(path, path.endsWith('drain') ? {} : { instance_id: 'p-1' })).toMatchObject({
        status: 409,
        body: { code: 'INSTANCE_ID_AMBIGUOUS' },
      });
    expect((await registry.post('/heartbeat', { instance_id: 'p-1', epoch: 99 })).status).toBe(409);

    expect((await registry.post('/deregister', { ...other, epoch: theirs.body.epoch })).status).toBe(204);
    expect(await discovered('product')).toEqual([product.url]);
    expect((await registry.post('/heartbeat', { instance_id: 'p-1' })).body).toMatchObject({ epoch });
  });

  it('keeps its lease while one of the same id in another service loses its own', async () => {
    await registry.post('/register', { ...product, instance_id: 'p-1' });
    await registry.clock.advance(20_000);
    await registry.post('/register', { service_name: 'order', url: 'http://o', instance_id: 'p-1' });
    await registry.clock.advance(10_000);
    expect([await discovered('product'), await discovered('order')]).toEqual([[], ['http://o']]);
  });

  it('a service called __proto__ harms nobody', async () => {
    const odd = { service_name: '__proto__', url: 'http://odd:1' };
    expect((await registry.post('/register', odd)).status).toBe(201);
    expect((await registry.post('/register', product)).status).toBe(201);
    expect(await discovered('__proto__')).toEqual(['http://odd:1']);
    const { services } = (await registry.get<ServicesResponse>('/services')).body;
    expect(Object.keys(services).sort()).toEqual(['__proto__', 'product']);
    expect(Object.hasOwn(services, '__proto__')).toBe(true);
    expect(await discovered('constructor')).toEqual([]);
  });
});

describe('starting', () => {
  it('gets no traffic until a heartbeat says that it is up', async () => {
    await registry.post('/register', { ...product, status: 'starting' });
    expect(await discovered()).toEqual([]);
    await registry.post('/heartbeat', product);
    expect(await discovered()).toEqual([]);
    expect((await registry.post('/heartbeat', { ...product, status: 'up' })).status).toBe(200);
    expect(await discovered()).toEqual([product.url]);
  });
});

describe('deregistering', () => {
  it('takes the instance off the list, and once more is no fault', async () => {
    const { body } = await registry.post<Instance>('/register', product);
    expect(
      (await registry.post('/deregister', { instance_id: body.instance_id, epoch: body.epoch })).status,
    ).toBe(204);
    expect(await discovered()).toEqual([]);
    expect((await registry.post('/deregister', product)).status).toBe(204);
    expect((await registry.post('/heartbeat', product)).status).toBe(404);
  });
});

describe('leases', () => {
  it('end 30 s after the last heartbeat, not before and not later', async () => {
    await registry.post('/register', product);
    await registry.clock.advance(10_000);
    await registry.post('/heartbeat', product);
    await registry.clock.advance(29_999);
    expect(await discovered()).toEqual([product.url]);
    await registry.clock.advance(1);
    expect(await discovered()).toEqual([]);
    expect((await registry.get<EventsResponse>('/events')).body.events.at(-1)).toMatchObject({
      type: 'evicted',
      url: product.url,
      actor: 'registry',
      reason: 'lease_ended',
      at: 1_700_000_040_000,
    });
  });

  it('are as long as the instance asks for', async () => {
    await registry.post('/register', { ...product, ttl_seconds: 5 });
    await registry.clock.advance(4999);
    expect(await discovered()).toEqual([product.url]);
    await registry.clock.advance(1);
    expect(await discovered()).toEqual([]);
  });

  it('need not be had', async () => {
    await registry.post('/register', { ...product, ttl_seconds: 0 });
    await registry.clock.advance(3_600_000);
    expect(await discovered()).toEqual([product.url]);
    expect((await registry.post('/heartbeat', product)).body).toMatchObject({
      ttl_seconds: 0,
      heartbeat_interval_seconds: 10,
    });
  });

  it('are not ended by a registry that was stopped itself, while heartbeats wait in its sockets', async () => {
    await registry.post('/register', product);
    registry.clock.stall(60_000);
    await registry.clock.advance(0);
    expect(await discovered()).toEqual([product.url]);
    expect((await registry.post('/heartbeat', product)).status).toBe(200);
    await registry.clock.advance(29_000);
    expect(await discovered()).toEqual([product.url]);
  });
});

describe('a full registry', () => {
  it('refuses newcomers and says when to come back, and serves those it has', async () => {
    await registry.stop();
    registry = await startRegistry({ MAX_INSTANCES: '1' });
    await registry.post('/register', product);
    const answer = await registry.post('/register', { ...product, url: 'http://product:8082' });
    expect(answer).toMatchObject({ status: 429, body: { code: 'CATALOG_FULL' } });
    expect(answer.headers.get('retry-after')).toBe('10');
    expect((await registry.post('/heartbeat', product)).status).toBe(200);
    expect(await discovered()).toEqual([product.url]);
  });
});
