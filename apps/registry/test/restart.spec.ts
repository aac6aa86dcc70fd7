import type { DiscoverResponse, EventsResponse, Instance, ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { temporaryFolders } from './doubles/temporary-folders';
import { startRegistry, type RunningRegistry } from './running-registry';

const temporary = temporaryFolders();

const registration = (port: number, service_name = 'product') => ({
  service_name,
  url: `http://10.0.0.1:${port}`,
  instance_id: `${service_name}-${port}`,
});

/** Two lives of one registry, the second on the same folder and the same clock. */
async function restarted(registry: RunningRegistry, dataDir: string): Promise<RunningRegistry> {
  await registry.stop();
  return await startRegistry({ DATA_DIR: dataDir }, { clock: registry.clock });
}

describe('a registry that is restarted', () => {
  let dataDir: string;
  let registry: RunningRegistry;
  beforeEach(async () => {
    dataDir = await temporary();
    registry = await startRegistry({ DATA_DIR: dataDir });
  });
  afterEach(() => registry.stop());

  const listed = async (): Promise<readonly string[]> =>
    (await registry.get<DiscoverResponse>('/discover/product')).body.instances.map(
      ({ instance_id }) => instance_id,
    );

  it('lists whom it listed, as they were, under the same identity', async () => {
    await registry.post('/register', { ...registration(1), metadata: { team: 'a' }, tags: ['blue'] });
    await registry.post('/register', registration(2));
    await registry.post('/deregister', { instance_id: 'product-2' });
    const before = (await registry.get<ServicesResponse>('/services')).body;

    registry = await restarted(registry, dataDir);
    expect((await registry.get<ServicesResponse>('/services')).body).toEqual(before);
  });

  it('removes an override whose end came meanwhile, and keeps one whose end is to come', async () => {
    const override = (id: string, forMs: number) =>
      registry.call('PUT', `/instances/${id}/override`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'out_of_service', reason: 'new disk', for_ms: forMs }),
      });
    await registry.post('/register', { ...registration(1), ttl_seconds: 0 });
    await registry.post('/register', { ...registration(2), ttl_seconds: 0 });
    await override('product-1', 60_000);
    await override('product-2', 600_000);
    registry.clock.stall(120_000);

    // From the journal, and then from the snapshot that has taken its place.
    registry = await restarted(registry, dataDir);
    registry = await restarted(registry, dataDir);
    await registry.clock.advance(1000);
    await eventually(async () => (await listed()).length === 1);
    expect(await listed()).toEqual(['product-1']);
    await registry.clock.advance(600_000);
    await eventually(async () => (await listed()).length === 2);
    const { events } = (await registry.get<EventsResponse>('/events?actor=registry&order=desc')).body;
    expect(events[0]).toMatchObject({
      instance_id: 'product-2',
      reason: expect.stringContaining('override_ended'),
    });
  });

  it('keeps out of service whom an operator took out, also who was gone meanwhile, until that is taken back', async () => {
    const override = (id: string) =>
      registry.call('PUT', `/instances/${id}/override`, {
        headers: { 'content-type': 'application/json' },
        body: '{"status":"out_of_service","reason":"new disk"}',
      });
    await registry.post('/register', registration(1));
    await registry.post('/register', registration(2));
    await override('product-1');
    await override('product-2');
    await registry.post('/deregister', { instance_id: 'product-1' });
    await registry.post('/deregister', { instance_id: 'product-2' });
    await registry.call('DELETE', '/instances/product-2/override');

    // From the journal, and then from the snapshot that has taken its place.
    registry = await restarted(registry, dataDir);
    registry = await restarted(registry, dataDir);
    await registry.post('/register', registration(1));
    await registry.post('/register', registration(2));
    expect(await listed()).toEqual(['product-2']);
  });

  it('knows apart those of one id in two services', async () => {
    const order = { ...registration(1, 'order'), instance_id: 'product-1' };
    const { body: own } = await registry.post<Instance>('/register', registration(1));
    const { body: other } = await registry.post<Instance>('/register', order);
    await registry.post('/deregister', { instance_id: 'product-1', epoch: other.epoch });
    registry = await restarted(registry, dataDir);
    expect(await listed()).toEqual(['product-1']);
    expect((await registry.post('/heartbeat', { instance_id: 'product-1', epoch: own.epoch })).status).toBe(
      200,
    );
  });

  it('takes a heartbeat of whoever was listed, of the same epoch, and goes on with higher revisions', async () => {
    const { body: instance } = await registry.post<Instance>('/register', registration(1));
    registry = await restarted(registry, dataDir);
    const heartbeat = { instance_id: 'product-1', epoch: instance.epoch };
    expect((await registry.post('/heartbeat', heartbeat)).status).toBe(200);
    expect((await registry.post('/register', registration(1))).status).toBe(200);
    const { body: newcomer } = await registry.post<Instance>('/register', registration(2));
    expect(newcomer.epoch).toBeGreaterThan(instance.epoch);
  });

  it('evicts nobody for one lease, and then whoever it has not heard from', async () => {
    await registry.post('/register', registration(1));
    await registry.post('/register', registration(2));
    // The lease is as good as over when the registry goes, and it is away for a while.
    await registry.clock.advance(29_000);
    await registry.stop();
    registry.clock.stall(60_000);
    registry = await startRegistry({ DATA_DIR: dataDir }, { clock: registry.clock });

    await registry.clock.advance(29_999);
    expect(await listed()).toEqual(['product-1', 'product-2']);
    await registry.post('/heartbeat', { instance_id: 'product-2' });
    await registry.clock.advance(1000);
    // The disk's time is not the clock's.
    await eventually(async () => (await listed()).join() === 'product-2');
  });

  it('goes on with the streams where they broke off', async () => {
    await registry.post('/register', registration(1));
    const stream = await registry.watch('services=product');
    const [, , synced] = await stream.take(3);
    // A change that the reader has not had, and one that does not concern it.
    await registry.post('/register', registration(2));
    await registry.post('/register', registration(1, 'order'));
    stream.close();

    registry = await restarted(registry, dataDir);
    const again = await registry.watch('services=product', synced?.id);
    expect(await again.take(3)).toMatchObject([
      { event: 'hello', data: { resumed: true } },
      { event: 'delta', data: { prev_revision: 1, revision: 2, upserted: [{ instance_id: 'product-2' }] } },
      { event: 'synced' },
    ]);
    await registry.post('/register', registration(3));
    expect(await again.take(1)).toMatchObject([
      { event: 'delta', data: { prev_revision: 2, upserted: [{ instance_id: 'product-3' }] } },
    ]);
    again.close();
  });

  it('remembers what happened, and who did it', async () => {
    await registry.post('/register', registration(1));
    await registry.post('/deregister', { instance_id: 'product-1' });
    const before = (await registry.get<EventsResponse>('/events')).body.events;
    registry = await restarted(registry, dataDir);
    expect((await registry.get<EventsResponse>('/events')).body.events).toEqual(before);
    expect(before.map(({ type }) => type)).toEqual(['registered', 'deregistered']);
  });

  it('counts nothing a second time', async () => {
    await registry.post('/register', registration(1));
    registry = await restarted(registry, dataDir);
    const lines = (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('rollcall_registry_'));
    expect(lines).toContain('rollcall_registry_instances{service="registry"} 1');
    expect(lines.filter((line) => line.includes('instance_changes_total'))).toEqual([]);
  });

  describe('is warming', () => {
    const isWarming = async (): Promise<unknown> => {
      const stream = await registry.watch('services=product');
      const [hello] = await stream.take(1);
      stream.close();
      return hello?.data;
    };

    it('for one lease when its catalog is new, restarted meanwhile or not', async () => {
      expect(await isWarming()).toMatchObject({ warming: true });
      await registry.clock.advance(29_000);
      registry = await restarted(registry, dataDir);
      expect(await isWarming()).toMatchObject({ warming: true });
      await registry.clock.advance(29_000);
      expect(await isWarming()).toMatchObject({ warming: true });
      await registry.clock.advance(2000);
      expect(await isWarming()).toMatchObject({ warming: false });
    });

    it('never again when its catalog is older than that', async () => {
      await registry.clock.advance(31_000);
      registry = await restarted(registry, dataDir);
      expect(await isWarming()).toMatchObject({ warming: false });
    });

    it('after every restart without a folder', async () => {
      await registry.clock.advance(31_000);
      registry = await restarted(registry, 'off');
      expect(await isWarming()).toMatchObject({ warming: true });
    });
  });
});
