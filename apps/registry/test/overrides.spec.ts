import type { DiscoverResponse, EventsResponse, ExplainResponse, Instance } from '@rollcall/contracts';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  await registry.post('/register', product);
});
afterEach(() => registry.stop());

const product = { service_name: 'product', url: 'http://product:8081', instance_id: 'p-1' };
const newDisk = { status: 'out_of_service', reason: 'new disk' };

function override(body: unknown, id = 'p-1'): Promise<Answer<Instance>> {
  const headers = { 'content-type': 'application/json' };
  return registry.call('PUT', `/instances/${id}/override`, { headers, body: JSON.stringify(body) });
}
async function listed(query = 'status=any'): Promise<readonly Instance[]> {
  return (await registry.get<DiscoverResponse>(`/discover/product?${query}`)).body.instances;
}

describe('an override', () => {
  it('takes the instance out of traffic, and says why', async () => {
    const { status, body } = await override(newDisk);
    expect([status, body]).toMatchObject([200, { instance_id: 'p-1', ...newDisk }]);
    expect(await listed('')).toEqual([]);
    expect(await listed()).toMatchObject([newDisk]);
  });

  it('survives heartbeats, registering again, and another life at the address', async () => {
    await override(newDisk);
    await registry.post('/heartbeat', { instance_id: 'p-1', status: 'up' });
    expect(await listed()).toMatchObject([newDisk]);
    expect((await registry.post('/register', product)).status).toBe(200);
    expect(await listed()).toMatchObject([newDisk]);
    expect((await registry.post('/register', { ...product, instance_id: 'p-2' })).status).toBe(201);
    expect(await listed()).toMatchObject([{ instance_id: 'p-2', ...newDisk }]);
  });

  it('shows what lies beneath once it is taken away, and once more is no fault', async () => {
    await override(newDisk);
    const remove = (): Promise<Answer<Instance>> => registry.call('DELETE', '/instances/p-1/override');
    for (const { status, body } of [await remove(), await remove()])
      expect([status, body.status, body.reason]).toEqual([200, 'up', undefined]);
    expect(await listed('')).toHaveLength(1);
  });

  it('does not keep anybody listed who is gone', async () => {
    await override(newDisk);
    await registry.clock.advance(30_000);
    expect(await listed()).toEqual([]);
  });

  it('is in the history, with who and why', async () => {
    await override(newDisk);
    await override(newDisk);
    await registry.call('DELETE', '/instances/p-1/override');
    const { events } = (await registry.get<EventsResponse>('/events?since=1')).body;
    expect(events.map(({ type, actor, reason }) => [type, actor, reason])).toEqual([
      ['status_changed', 'anonymous', 'up → out_of_service: new disk'],
      ['status_changed', 'anonymous', 'out_of_service → up: override_removed'],
    ]);
  });

  it.each([
    {},
    { status: 'up', reason: 'because' },
    { status: 'out_of_service' },
    { ...newDisk, reason: ' ' },
  ])('is refused as %j', async (body) => {
    expect(await override(body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('of nobody is told so', async () => {
    expect(await override(newDisk, 'nobody')).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
    expect((await registry.call('DELETE', '/instances/nobody/override')).status).toBe(404);
  });
});

describe('an override that its instance tries to shed', () => {
  const deregister = (body: object) => registry.post('/deregister', body);
  const register = (body: object) =>
    registry.post<Instance>('/register', { service_name: 'product', ...body });
  const statuses = async () => (await listed()).map(({ status }) => status);

  it.each([
    ['as it was', product],
    ['under another id', { url: product.url, instance_id: 'p-9' }],
    ['under an id that it leaves to the registry', { url: product.url }],
    ['at another address', { url: 'http://elsewhere:1', instance_id: 'p-1' }],
    ['with another version', { ...product, version: '2' }],
    ['as one that starts', { ...product, status: 'starting' }],
  ])('is there again when it deregisters and registers %s', async (_how, again) => {
    await override(newDisk);
    await deregister({ instance_id: 'p-1' });
    expect(await statuses()).toEqual([]);
    expect((await register(again)).body).toMatchObject(newDisk);
    expect(await listed('')).toEqual([]);
  });

  it('is there again when it comes back after its lease, or step by step under other names', async () => {
    await override(newDisk);
    await registry.clock.advance(30_000);
    await register({ url: 'http://elsewhere:1', instance_id: 'p-1' });
    await deregister({ instance_id: 'p-1' });
    await register({ url: 'http://elsewhere:1', instance_id: 'p-2' });
    await deregister({ instance_id: 'p-2' });
    expect((await register({ url: 'http://third:1', instance_id: 'p-2' })).body).toMatchObject(newDisk);
  });

  it('is of its service alone, and nobody else is out of service', async () => {
    await override(newDisk);
    const others = [
      { service_name: 'order', url: product.url, instance_id: 'p-1' },
      { service_name: 'product', url: 'http://product:9', instance_id: 'p-5' },
    ];
    for (const other of others)
      expect((await registry.post<Instance>('/register', other)).body).toMatchObject({ status: 'up' });
  });

  it('is over once an operator takes it back, whether or not the instance is listed', async () => {
    await override(newDisk);
    await deregister({ instance_id: 'p-1' });
    expect((await registry.call('DELETE', '/instances/p-1/override')).status).toBe(204);
    expect((await register(product)).body).toMatchObject({ status: 'up' });
    await deregister({ instance_id: 'p-1' });
    expect((await registry.call('DELETE', '/instances/p-1/override')).status).toBe(404);
  });

  it('is over for every name of the instance at once', async () => {
    await override(newDisk);
    await register({ url: 'http://elsewhere:1', instance_id: 'p-1' });
    await registry.call('DELETE', '/instances/p-1/override');
    expect(await statuses()).toEqual(['up']);
    expect((await register({ url: product.url, instance_id: 'p-7' })).body).toMatchObject({ status: 'up' });
  });

  it('is told by /explain while nobody is there', async () => {
    await override(newDisk);
    await deregister({ instance_id: 'p-1' });
    expect((await registry.get('/explain/product')).body).toMatchObject({
      instances: [],
      overrides: [
        {
          ...newDisk,
          instance_ids: ['p-1'],
          urls: [product.url],
          by: 'anonymous',
          since: expect.any(Number),
        },
      ],
    });
  });

  it('says which one is meant, where two services have an instance of the id', async () => {
    await registry.post('/register', { service_name: 'order', url: 'http://o', instance_id: 'p-1' });
    expect(await override(newDisk)).toMatchObject({ status: 409, body: { code: 'INSTANCE_ID_AMBIGUOUS' } });
    const ofOrder = '/instances/p-1/override?service=order';
    const init = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(newDisk) };
    expect(await registry.call('PUT', ofOrder, init)).toMatchObject({
      status: 200,
      body: { service_name: 'order' },
    });
    expect(await statuses()).toEqual(['up']);
    expect((await registry.call('DELETE', ofOrder)).status).toBe(200);
  });
});

describe('an override with an end', () => {
  const start = 1_700_000_000_000;
  const forMs = (for_ms: number) => override({ ...newDisk, for_ms });
  const heartbeats = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      await registry.clock.advance(Math.min(10_000, ms - passed));
      await registry.post('/heartbeat', { instance_id: 'p-1' });
    }
  };
  const statuses = async () => (await listed()).map(({ status }) => status);
  const reasons = async () =>
    (await registry.get<EventsResponse>('/events?since=1')).body.events.map(
      ({ type, actor, reason }) => `${type} by ${actor}: ${reason}`,
    );
  const explained = async () => (await registry.get<ExplainResponse>('/explain/product')).body;

  it('is removed by the registry then, not before, and in the history with why', async () => {
    expect(await forMs(60_000)).toMatchObject({ status: 200, body: newDisk });
    await heartbeats(59_000);
    expect(await statuses()).toEqual(['out_of_service']);
    await heartbeats(2000);
    expect(await statuses()).toEqual(['up']);
    expect((await explained()).overrides).toEqual([]);
    expect(await reasons()).toEqual([
      `status_changed by anonymous: up → out_of_service: new disk (until ${new Date(start + 60_000).toISOString()})`,
      'status_changed by registry: out_of_service → up: override_ended: set by anonymous with an end: new disk',
    ]);
  });

  it('is told with its end', async () => {
    await forMs(60_000);
    const until = start / 1000 + 60;
    expect(await explained()).toMatchObject({
      overrides: [{ ...newDisk, until }],
      instances: [
        { override: { ...newDisk, until }, traffic: { why: expect.stringContaining('ends at 2023') } },
      ],
    });
  });

  it('ends later or never where it is set again, and says so', async () => {
    await forMs(5000);
    await forMs(60_000);
    await heartbeats(30_000);
    expect(await statuses()).toEqual(['out_of_service']);
    await override(newDisk);
    expect((await explained()).instances).toMatchObject([{ override: { ...newDisk, until: null } }]);
    await heartbeats(90_000);
    expect(await statuses()).toEqual(['out_of_service']);
    expect(await reasons()).toMatchObject([
      expect.stringContaining('up → out_of_service: new disk (until '),
      expect.stringMatching(/by anonymous: out_of_service: new disk \(until .*\)$/),
      'status_changed by anonymous: out_of_service: new disk',
    ]);
  });

  it('may be given to one that had none, and may be over before it', async () => {
    await override(newDisk);
    await forMs(1000);
    await registry.clock.advance(2000);
    expect(await statuses()).toEqual(['up']);
    await forMs(5000);
    await registry.call('DELETE', '/instances/p-1/override');
    await heartbeats(10_000);
    expect((await reasons()).filter((reason) => reason.includes('override_ended'))).toHaveLength(1);
  });

  it('shows what lies beneath, which went on changing', async () => {
    await forMs(5000);
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    await heartbeats(7000);
    expect(await statuses()).toEqual(['draining']);
  });

  it('ends for one that is not listed, and for every name that it has had', async () => {
    await forMs(5000);
    await registry.post('/deregister', { instance_id: 'p-1' });
    await registry.clock.advance(7000);
    expect((await explained()).overrides).toEqual([]);
    expect((await reasons()).at(-1)).toMatch(/^status_changed by registry: override_ended/);
    await registry.post('/register', product);
    await forMs(5000);
    await registry.post('/register', { ...product, instance_id: 'p-2' });
    await registry.post('/register', { ...product, url: 'http://elsewhere:1' });
    expect(await statuses()).toEqual(['out_of_service', 'out_of_service']);
    await registry.clock.advance(7000);
    expect(await statuses()).toEqual(['up', 'up']);
  });

  it('leaves the override of another instance alone', async () => {
    const other = { ...product, url: 'http://elsewhere:1', instance_id: 'p-2' };
    await registry.post('/register', other);
    await forMs(5000);
    await override({ status: 'out_of_service', reason: 'old disk' }, 'p-2');
    await registry.clock.advance(7000);
    expect(await listed()).toMatchObject([
      { status: 'up' },
      { status: 'out_of_service', reason: 'old disk' },
    ]);
  });

  it.each([0, 999, -1, 1000.5, 2_592_000_001, 1e300, '1h', true, [5000], { ms: 5000 }])(
    'is refused for %j milliseconds',
    async (for_ms) => {
      const { status, body } = await override({ ...newDisk, for_ms });
      expect([status, body]).toMatchObject([
        400,
        { code: 'VALIDATION_FAILED', faults: [{ path: 'for_ms' }] },
      ]);
      expect(await statuses()).toEqual(['up']);
    },
  );

  it.each([1000, 2_592_000_000, '5000', null])('is taken for %j milliseconds', async (for_ms) => {
    expect((await override({ ...newDisk, for_ms })).status).toBe(200);
  });
});
