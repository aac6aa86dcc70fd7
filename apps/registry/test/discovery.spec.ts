import type { DiscoverResponse, EventsResponse, ServicesResponse } from '@rollcall/contracts';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const register = (service_name: string, port: number, more = {}) =>
  registry.post('/register', { service_name, url: `http://10.0.0.1:${port}`, ...more });

describe('discovering', () => {
  it('asks by tag, version, zone and status', async () => {
    await register('product', 1, { tags: ['blue'], version: '1', zone: 'east' });
    await register('product', 2, { tags: ['green'], version: '2', zone: 'west', status: 'starting' });
    const ports = async (query: string): Promise<string[]> =>
      (await registry.get<DiscoverResponse>(`/discover/product?${query}`)).body.instances.map(({ url }) =>
        url.slice(-1),
      );
    expect(await ports('tag=blue')).toEqual(['1']);
    expect(await ports('version=2')).toEqual([]);
    expect(await ports('version=2&status=any')).toEqual(['2']);
    expect(await ports('status=starting')).toEqual(['2']);
    expect(await ports('zone=east&tag=green')).toEqual([]);
  });

  it('lists everything by service', async () => {
    await register('product', 1);
    await register('order', 2, { status: 'starting' });
    const { body } = await registry.get('/services');
    expect(body).toMatchObject({
      catalog_id: expect.any(String),
      revision: 2,
      services: { product: [{ status: 'up' }], order: [{ status: 'starting' }] },
    });
  });

  it('does not list a service that nobody is left of', async () => {
    await register('product', 1);
    await registry.post('/deregister', { service_name: 'product', url: 'http://10.0.0.1:1' });
    expect((await registry.get<ServicesResponse>('/services')).body.services).toEqual({});
  });
});

describe('waiting for a change', () => {
  /** Starts a blocking call and resolves once the registry has it. */
  async function blocked(
    query: string,
  ): Promise<{ answer: ReturnType<RunningRegistry['get']>; answered: () => boolean }> {
    let done = false;
    const answer = registry.get(`/discover/product?${query}`);
    void answer.then(() => (done = true));
    // A second call on the same event loop is answered after the first one has been taken up.
    await registry.get('/livez');
    return { answer, answered: () => done };
  }

  it('is answered when the service changes', async () => {
    await register('product', 1);
    const { answer, answered } = await blocked('index=1&wait=30s');
    expect(answered()).toBe(false);
    await register('product', 2);
    expect((await answer).body).toMatchObject({ revision: 2, instances: [{}, {}] });
  });

  it('is not answered when another service does', async () => {
    await register('product', 1);
    const { answer, answered } = await blocked('index=1&wait=30s');
    await register('order', 2);
    await registry.get('/livez');
    expect(answered()).toBe(false);
    await registry.clock.advance(30_000);
    expect((await answer).body).toMatchObject({ revision: 1 });
  });

  it('is answered with what there is when the time is over', async () => {
    await register('product', 1, { ttl_seconds: 0 });
    const { answer, answered } = await blocked('index=1&wait=500ms');
    await registry.clock.advance(499);
    await registry.get('/livez');
    expect(answered()).toBe(false);
    await registry.clock.advance(1);
    expect((await answer).body).toMatchObject({ revision: 1, instances: [{}] });
  });

  it('is answered by a lease that ends', async () => {
    await register('product', 1);
    const { answer } = await blocked('index=1&wait=5m');
    await registry.clock.advance(30_000);
    expect((await answer).body).toMatchObject({ revision: 2, instances: [] });
  });

  it('waits for the first instance of a name that nobody has registered', async () => {
    const { answer } = await blocked('index=0');
    await register('product', 1);
    expect((await answer).body).toMatchObject({ revision: 1, instances: [{}] });
  });

  it.each(['index=0', 'index=99', 'index=99&wait=10m'])(
    'is over at once for an index that is not the current one: %s',
    async (query) => {
      await register('product', 1);
      expect((await registry.get(`/discover/product?${query}`)).body).toMatchObject({ revision: 1 });
    },
  );

  it('keeps nobody waiting when the registry goes', async () => {
    const { answer } = await blocked('index=0&wait=10m');
    await registry.stop();
    expect((await answer).status).toBe(200);
  });
});

describe('the history', () => {
  it('says who changed what, when and why', async () => {
    await register('product', 1, { instance_id: 'a' });
    await register('order', 2);
    await register('product', 1, { instance_id: 'b' });
    const { body } = await registry.get<EventsResponse>('/events?service=product&since=1');
    expect(body).toMatchObject({ revision: 3, catalog_id: expect.any(String) });
    expect(body.events).toEqual([
      {
        revision: 3,
        at: 1_700_000_000_000,
        type: 'replaced',
        service_name: 'product',
        instance_id: 'a',
        url: 'http://10.0.0.1:1',
        actor: 'anonymous',
        reason: 'replaced',
      },
      expect.objectContaining({ revision: 3, type: 'registered', instance_id: 'b' }),
    ]);
  });
});
