import type { Instance } from '@rollcall/contracts';
import { createFakeRegistry, type FakeRegistry } from '.';

let registry: FakeRegistry;

beforeEach(async () => {
  registry = createFakeRegistry();
  await registry.start();
});

afterEach(() => registry.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function post(path: string, body: object): Promise<Answer> {
  const response = await fetch(registry.url + path, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function discover(name: string, query = ''): Promise<readonly Instance[]> {
  const response = await fetch(`${registry.url}/discover/${name}${query}`);
  const { instances }: { instances: Instance[] } = JSON.parse(await response.text());
  return instances;
}

const product = { service_name: 'product', url: 'http://product:8081' };

describe('the fake registry', () => {
  it('answers a registration as the real one: new, identical, replaced', async () => {
    expect(await post('/register', product)).toMatchObject({ status: 201, body: { ...product, epoch: 1 } });
    expect(await post('/register', product)).toMatchObject({ status: 200, body: { epoch: 1 } });
    expect(await post('/register', { ...product, version: '2' })).toMatchObject({
      status: 201,
      body: { epoch: 2 },
    });

    expect(registry.instances('product')).toHaveLength(1);
  });

  it('has the newcomer at an address supersede the other', async () => {
    await post('/register', { ...product, instance_id: 'old' });
    await post('/register', { ...product, instance_id: 'new' });

    expect(registry.instances()).toMatchObject([{ instance_id: 'new' }]);
  });

  it('has an id once a service, and tells incarnations of one id apart by their epochs', async () => {
    await post('/register', { ...product, instance_id: 'a' });
    const other = await post('/register', { service_name: 'order', url: 'http://o', instance_id: 'a' });

    expect(other.status).toBe(201);
    expect(registry.instances().map(({ service_name }) => service_name)).toEqual(['product', 'order']);
    const { epoch } = other.body as { epoch: number };
    expect((await post('/deregister', { instance_id: 'a', epoch })).status).toBe(204);
    expect(registry.instances().map(({ service_name }) => service_name)).toEqual(['product']);
  });

  it('refuses what the real one refuses, with all faults', async () => {
    const { status, body } = await post('/register', { service_name: '?', url: 'ftp://x', weight: 0 });

    expect(status).toBe(400);
    expect(body).toMatchObject({ faults: [{ path: 'service_name' }, { path: 'url' }, { path: 'weight' }] });
    expect(registry.instances()).toEqual([]);
  });

  it('takes heartbeats by id or by address, and knows epochs', async () => {
    const { instance_id, epoch } = registry.list(product);

    expect(await post('/heartbeat', product)).toMatchObject({
      status: 200,
      body: { instance_id, epoch, ttl_seconds: 30, heartbeat_interval_seconds: 10 },
    });
    expect((await post('/heartbeat', { instance_id, epoch: epoch + 1 })).status).toBe(409);
    registry.forget(instance_id);
    expect(await post('/heartbeat', { instance_id })).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
  });

  it('deregisters, but not on a stale request of an older incarnation', async () => {
    const { instance_id, epoch } = registry.list(product);
    registry.list({ ...product, instance_id, version: '2' });

    expect((await post('/deregister', { instance_id, epoch })).status).toBe(204);
    expect(registry.instances()).toHaveLength(1);
    expect((await post('/deregister', product)).status).toBe(204);
    expect((await post('/deregister', product)).status).toBe(204);
    expect(registry.instances()).toEqual([]);
  });

  it('discovers those that may get traffic', async () => {
    registry.list({ ...product, instance_id: 'a' });
    registry.list({ service_name: 'product', url: 'http://b', instance_id: 'b' });
    registry.update('a', { status: 'suspect', reason: 'session lost' });
    expect(await discover('product')).toMatchObject([{ instance_id: 'b' }]);

    registry.update('b', { status: 'draining' });
    expect(await discover('product')).toMatchObject([{ instance_id: 'a' }]);
    expect(await discover('product', '?status=any')).toHaveLength(2);
    expect(await discover('nobody')).toEqual([]);
  });

  it('goes away and comes back on the same port, knowing everything or nothing', async () => {
    const { url } = registry;
    registry.list(product);

    await registry.goAway();
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
    await registry.comeBack();
    expect(registry.url).toBe(url);
    expect(await discover('product')).toHaveLength(1);

    await registry.goAway();
    await registry.comeBack({ empty: true });
    expect(await discover('product')).toEqual([]);
  });

  it('remembers its calls', async () => {
    await post('/register', product);

    expect(registry.calls('/register')).toMatchObject([{ method: 'POST', path: '/register', body: product }]);
    expect(registry.calls('/heartbeat')).toEqual([]);
  });

  it('stops, however often it is asked to', async () => {
    await registry.stop();
    await registry.stop();

    await expect(fetch(registry.url)).rejects.toThrow();
  });
});
