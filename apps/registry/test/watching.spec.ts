import { eventually } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const register = (service_name: string, port: number) =>
  registry.post('/register', {
    service_name,
    url: `http://10.0.0.1:${port}`,
    instance_id: `${service_name}-${port}`,
  });

describe('watching', () => {
  it('says hello, sends a snapshot a service, and then every change', async () => {
    await register('product', 1);
    const stream = await registry.watch('services=product,order');
    expect(stream.status).toBe(200);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(stream.headers['cache-control']).toBe('no-store');
    const [hello, ...opening] = await stream.take(4);
    expect(hello).toMatchObject({
      event: 'hello',
      data: {
        catalog_id: expect.any(String),
        revision: 1,
        stream_secret: expect.any(String),
        resumed: false,
      },
    });
    expect(opening).toMatchObject([
      { event: 'snapshot', data: { service_name: 'product', instances: [{ instance_id: 'product-1' }] } },
      { event: 'snapshot', data: { service_name: 'order', instances: [] } },
      { event: 'synced', data: { revision: 1 } },
    ]);

    await register('product', 2);
    await registry.post('/heartbeat', { instance_id: 'product-1' });
    await registry.post('/deregister', { instance_id: 'product-1' });
    expect(await stream.take(2)).toMatchObject([
      {
        event: 'delta',
        data: {
          service_name: 'product',
          prev_revision: 1,
          revision: 2,
          upserted: [{ instance_id: 'product-2' }],
          removed: [],
        },
      },
      { event: 'delta', data: { prev_revision: 2, revision: 3, upserted: [], removed: ['product-1'] } },
    ]);
    expect(stream.waiting).toBe(0);
    stream.close();
  });

  it('tells of leases that end, several instances of a service at once', async () => {
    await register('product', 1);
    await register('product', 2);
    const stream = await registry.watch('services=product');
    await stream.take(3);
    await registry.clock.advance(30_000);
    const [delta] = await stream.take(1);
    expect(delta).toMatchObject({ data: { removed: ['product-1', 'product-2'] } });
    stream.close();
  });

  it('goes on where it broke off, with the id of the last event', async () => {
    const first = await registry.watch('services=*');
    await first.take(2);
    await register('product', 1);
    const [delta] = await first.take(1);
    first.close();
    await register('order', 2);

    const again = await registry.watch('services=*', delta?.id);
    expect(await again.take(3)).toMatchObject([
      { event: 'hello', data: { resumed: true } },
      { event: 'delta', data: { service_name: 'order', prev_revision: 0, revision: 2 } },
      { event: 'synced', data: { revision: 2 } },
    ]);
    again.close();

    const otherList = await registry.watch('services=order', delta?.id);
    expect(await otherList.take(2)).toMatchObject([
      { event: 'hello', data: { resumed: false } },
      { event: 'snapshot', data: { service_name: 'order', revision: 2 } },
    ]);
    otherList.close();
  });

  it('starts over with a registry that has started over', async () => {
    await register('product', 1);
    const before = await registry.watch('services=product');
    const id = (await before.take(3)).at(-1)?.id;
    before.close();
    await registry.stop();
    registry = await startRegistry();
    await register('product', 7);

    const after = await registry.watch('services=product', id);
    expect(await after.take(2)).toMatchObject([
      { event: 'hello', data: { resumed: false, warming: true } },
      { event: 'snapshot', data: { instances: [{ instance_id: 'product-7' }] } },
    ]);
    after.close();
  });

  it('says for one lease after an empty start that not everybody may have been heard from', async () => {
    const warming = async (): Promise<unknown> => {
      const stream = await registry.watch('services=*');
      const [hello] = await stream.take(1);
      stream.close();
      return hello?.data;
    };
    await registry.clock.advance(29_999);
    expect(await warming()).toMatchObject({ warming: true });
    await registry.clock.advance(1);
    expect(await warming()).toMatchObject({ warming: false });
  });

  it('pings, so that both ends know of each other', async () => {
    const stream = await registry.watch('services=*');
    await stream.take(2);
    await registry.clock.advance(45_000);
    await eventually(() => stream.comments === 3);
    stream.close();
  });

  it('holds no more for a reader who does not read than a connection takes, and cuts it off', async () => {
    const CHANGES = 1000;
    const stalled = await registry.watch('services=*');
    const lastSeen = (await stalled.take(2)).at(-1)?.id;
    stalled.pause();
    const reading = await registry.watch('services=*');
    await reading.take(2);

    // As large as a registration may be.
    const metadata = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`key-${n}`, 'x'.repeat(1000)]));
    const routes = Array.from({ length: 60 }, (_, n) => ({ path_prefix: `/${'x'.repeat(240)}-${n}` }));
    // Far more than the two sockets' buffers: the registry has to stop writing.
    for (let version = 1; version <= CHANGES; version += 1)
      await registry.post('/register', {
        service_name: 'big',
        url: 'http://10.0.0.1:1',
        version: `${version}`,
        ttl_seconds: 0,
        metadata,
        routes,
      });
    expect(await reading.take(CHANGES)).toHaveLength(CHANGES);
    const metrics = await registry.metrics();
    expect(metrics).toContain('rollcall_registry_watchers{service="registry"} 2');
    // Twenty megabytes have happened: none of them waits for it beyond what was being written when it stopped.
    const waiting = Number(/^rollcall_registry_watch_waiting_bytes\S* (\d+)$/m.exec(metrics)?.[1]);
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(200_000);

    // Cut at the first ping after the limit.
    await registry.clock.advance(50_000);
    await eventually(async () =>
      (await registry.metrics()).includes('rollcall_registry_watchers{service="registry"} 1'),
    );
    stalled.resume();
    await expect(stalled.ended).rejects.toThrow();
    expect(await registry.metrics()).toContain('rollcall_registry_watchers_cut_total{service="registry"} 1');

    // It comes back to the present, and not to what it has missed.
    const back = await registry.watch('services=*', lastSeen);
    expect(await back.take(3)).toMatchObject([
      { event: 'hello', data: { resumed: false } },
      { event: 'snapshot', data: { instances: [{ service_name: 'big', version: `${CHANGES}` }] } },
      { event: 'synced' },
    ]);
    back.close();
    reading.close();
  });

  it('is ended in order when the registry goes, and nobody can hold it up', async () => {
    const stream = await registry.watch('services=*');
    await stream.take(2);
    await registry.stop();
    await stream.ended;
  });

  it('is not opened by a HEAD, which nothing would ever end', async () => {
    const answer = await registry.call('HEAD', '/watch?services=*');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(await registry.metrics()).toContain('rollcall_registry_watchers{service="registry"} 0');
  });

  it('is bounded', async () => {
    await registry.stop();
    registry = await startRegistry({ MAX_WATCHERS: '1' });
    const stream = await registry.watch('services=*');
    const refused = await registry.get('/watch?services=*');
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_WATCHERS' } });
    expect(refused.headers.get('retry-after')).toBe('10');
    stream.close();
    await eventually(async () => {
      const next = await registry.watch('services=*');
      next.close();
      return next.status === 200;
    });
  });
});
