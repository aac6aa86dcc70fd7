import type { DiscoverResponse, EventsResponse, Instance } from '@rollcall/contracts';
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
