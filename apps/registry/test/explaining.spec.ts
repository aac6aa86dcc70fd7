import type { ExplainAllResponse, ExplainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import type { ProbeOutcome } from '../src/catalog/instance/instance-event';
import { openSession } from './doubles/open-session';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
let outcome: ProbeOutcome;
beforeEach(async () => {
  outcome = 'silent';
  registry = await startRegistry({}, { prober: { probe: () => Promise.resolve(outcome) } });
});
afterEach(() => registry.stop());

const START = 1_700_000_000;
const product = { service_name: 'product', url: 'http://product:8081', instance_id: 'p-1' };
const explained = async (): Promise<ExplainResponse> =>
  (await registry.get<ExplainResponse>('/explain/product')).body;

describe('an explanation', () => {
  it('says everything of an instance that is up', async () => {
    await registry.post('/register', product);
    await registry.clock.advance(10_000);
    await registry.post('/heartbeat', { instance_id: 'p-1' });
    const { guard, instances } = await explained();
    expect(guard).toBeNull();
    expect(instances).toMatchObject([
      {
        instance_id: 'p-1',
        url: product.url,
        epoch: 1,
        status: 'up',
        since: START,
        traffic: { gets: true, why: 'It is up.', mend: null },
        last_heartbeat: START + 10,
        lease_ends: START + 40,
        session: 'never',
        held: false,
        override: null,
      },
    ]);
  });

  it('says why somebody gets none, and since when', async () => {
    await registry.post('/register', { ...product, status: 'starting' });
    await registry.clock.advance(7000);
    expect((await explained()).instances).toMatchObject([{ status: 'starting', traffic: { gets: false } }]);

    await registry.call('PUT', '/instances/p-1/override', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'out_of_service', reason: 'new disk' }),
    });
    expect((await explained()).instances).toMatchObject([
      {
        status: 'out_of_service',
        since: START + 7,
        traffic: {
          gets: false,
          why: 'An operator took it out of service: new disk. Without the override it is starting.',
        },
        override: { status: 'out_of_service', reason: 'new disk' },
      },
    ]);
  });

  it('says what became of a session, and what the probe found', async () => {
    const { body } = await registry.post<{ instance_id: string; epoch: number }>('/register', product);
    await registry.post('/register', { ...product, url: 'http://product:8082', instance_id: 'p-2' });
    const session = await openSession(registry, body);
    expect((await explained()).instances).toMatchObject([{ session: 'open' }, { session: 'never' }]);

    session.close();
    await eventually(async () => (await explained()).instances[0]?.last_probe !== null);
    expect((await explained()).instances).toMatchObject([
      {
        status: 'suspect',
        session: 'lost',
        traffic: { gets: false, why: expect.stringContaining('other instances are up') },
        last_probe: { outcome: 'silent', at: START },
        warnings: [expect.stringContaining('GET /livez')],
      },
      { status: 'up', last_probe: null, warnings: [] },
    ]);
  });

  it.each([
    ['/', 'which the gateway answers itself: /register_service, /deregister_service, /livez'],
    ['/healthy', undefined],
  ])('warns whose route is %s of the paths that it never gets', async (prefix, warning) => {
    const registration = { ...product, routes: [{ path_prefix: prefix }] };
    const { body } = await registry.post<{ instance_id: string }>('/register', registration);
    const [instance] = (await explained()).instances;
    const warnings = warning === undefined ? [] : [expect.stringContaining(warning)];
    expect(instance).toMatchObject({ warnings });
    const { instance_id } = body;
    expect((await registry.post('/heartbeat', { instance_id })).body).toMatchObject(
      warning === undefined ? {} : { warnings },
    );
  });

  it('gives a suspect traffic while nobody else is up', async () => {
    const { body } = await registry.post<{ instance_id: string; epoch: number }>('/register', product);
    (await openSession(registry, body)).close();
    await eventually(async () => (await explained()).instances[0]?.status === 'suspect');
    expect((await explained()).instances).toMatchObject([
      { traffic: { gets: true, why: expect.stringContaining('no other instance is up') } },
    ]);
  });

  it('names whom the guard keeps, and until when', async () => {
    outcome = 'unreachable';
    const ports = [1, 2, 3, 4];
    for (const port of ports)
      await registry.post('/register', { service_name: 'product', url: `http://10.0.0.1:${port}` });
    await registry.clock.advance(30_000);
    const { guard, instances } = await explained();
    expect(guard).toMatchObject({ since: START + 30, until: START + 90 });
    expect(guard?.held).toHaveLength(4);
    expect(instances).toMatchObject(ports.map(() => ({ held: true, traffic: { gets: true } })));
  });

  it('of a name that nobody has registered is empty', async () => {
    expect(await explained()).toMatchObject({ service_name: 'product', guard: null, instances: [] });
  });
});

describe('a reason for which an instance gets no traffic', () => {
  const mend = async () => (await explained()).instances[0]?.traffic.mend;
  const other = { ...product, url: 'http://product:8082', instance_id: 'p-2' };

  it('comes with what is to be done: of one that is starting, and of one that is draining', async () => {
    await registry.post('/register', { ...product, status: 'starting' });
    expect(await mend()).toContain('"status": "up"');
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    expect(await mend()).toContain('start it anew');
  });

  it('comes with the call that ends an override', async () => {
    await registry.post('/register', product);
    await registry.call('PUT', '/instances/p-1/override', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'out_of_service', reason: 'new disk' }),
    });
    expect(await mend()).toContain('DELETE /instances/p-1/override');
  });

  it.each([
    ['silent', 'answer there, or register another health_path'],
    ['unreachable', 'ADVERTISE_URL'],
    ['anonymous', 'answers GET /livez at http://product:8081'],
  ] as const)('comes with what the probe found of a suspect: %s', async (found, text) => {
    outcome = found;
    const { body } = await registry.post<{ instance_id: string; epoch: number }>('/register', product);
    await registry.post('/register', other);
    (await openSession(registry, body)).close();
    await eventually(async () => (await explained()).instances[0]?.last_probe?.outcome === found);
    expect((await explained()).instances[0]).toMatchObject({
      status: 'suspect',
      traffic: { gets: false, mend: expect.stringContaining(text) },
    });
  });

  it('comes with what is to be done about a guard', async () => {
    outcome = 'unreachable';
    for (const port of [1, 2, 3, 4])
      await registry.post('/register', { service_name: 'product', url: `http://10.0.0.1:${port}` });
    await registry.clock.advance(30_000);
    expect((await explained()).guard?.mend).toContain('POST /services/product/guard/release');
  });
});

describe('the explanation of every service', () => {
  const all = async (query = '') => (await registry.get<ExplainAllResponse>(`/explain${query}`)).body;
  const names = ({ services }: ExplainAllResponse) => services.map(({ service_name }) => service_name);
  const register = async (service_name: string, instances: number): Promise<void> => {
    for (let port = 1; port <= instances; port += 1)
      await registry.post('/register', { service_name, url: `http://${service_name}.example:${port}` });
  };

  it('is what each of them is told of alone', async () => {
    await register('product', 2);
    await register('order', 1);
    const { catalog_id, services, next } = await all();
    expect(next).toBeNull();
    expect(services).toEqual([
      (await registry.get('/explain/order')).body,
      (await registry.get('/explain/product')).body,
    ]);
    expect(services[0]?.catalog_id).toBe(catalog_id);
  });

  it('is told in pages of whole services', async () => {
    for (const [name, size] of [
      ['a', 1],
      ['b', 3],
      ['c', 1],
      ['B', 1],
    ] as const)
      await register(name, size);
    const first = await all('?limit=3');
    expect([names(first), first.next]).toEqual([['B', 'a', 'b'], 'b']);
    expect(first.services.at(-1)?.instances).toHaveLength(3);
    const second = await all(`?limit=3&after=${first.next}`);
    expect([names(second), second.next]).toEqual([['c'], null]);
    expect(names(await all('?after=zz'))).toEqual([]);
    expect(names(await all('?limit=1'))).toEqual(['B']);
  });

  it('leaves out names of which nothing is left, and not those with an override or a path', async () => {
    await register('gone', 1);
    await registry.post('/deregister', { service_name: 'gone', url: 'http://gone.example:1' });
    await registry.post('/register', {
      service_name: 'routed',
      url: 'http://r:1',
      routes: [{ path_prefix: '/r' }],
    });
    await registry.post('/deregister', { service_name: 'routed', url: 'http://r:1' });
    expect(names(await all())).toEqual(['routed']);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=', 'after=a/b', 'after=%00', 'page=2'])(
    'is refused for ?%s',
    async (query) => {
      expect(await registry.get(`/explain?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    },
  );
});
