import { randomUUID } from 'node:crypto';
import { eventually, timeScale } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);

let registry: RunningRegistry;
afterEach(() => registry.stop());

describe('what one registration may hold', () => {
  beforeEach(async () => {
    registry = await startRegistry();
  });

  it.each([
    ['metadata', 64, { metadata: Object.fromEntries(numbered(64).map((key) => [key, 'x'])) }],
    ['metadata', 65, { metadata: Object.fromEntries(numbered(65).map((key) => [key, 'x'])) }],
    ['tags', 64, { tags: numbered(64) }],
    ['tags', 65, { tags: numbered(65) }],
    ['routes', 64, { routes: numbered(64).map((n) => ({ path_prefix: `/${n}` })) }],
    ['routes', 65, { routes: numbered(65).map((n) => ({ path_prefix: `/${n}` })) }],
  ])('is at most 64 of its %s: %d', async (field, count, parts) => {
    const answer = await registry.post('/register', { ...product, ...parts });
    if (count <= 64) expect(answer.status).toBe(201);
    else expect(answer).toMatchObject({ status: 400, body: { faults: [{ path: field }] } });
  });

  it.each([
    [65_536, 201],
    [65_537, 413],
  ])('is at most 64 KiB of body: %d bytes', async (bytes, status) => {
    const body = JSON.stringify(product).padEnd(bytes, ' ');
    const answer = await registry.call('POST', '/register', {
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(status);
  });
});

describe('a registry with as many services as it takes', () => {
  it('refuses another one, and goes on serving those it has', async () => {
    registry = await startRegistry({ MAX_SERVICES: '1', FAIR_SHARES: 'false' });
    await registry.post('/register', product);
    const refused = await registry.post('/register', {
      ...product,
      instance_id: 'o-1',
      service_name: 'order',
      url: 'http://10.0.0.2',
    });
    expect(refused).toMatchObject({ status: 429, body: { code: 'CATALOG_FULL' } });
    expect(refused.headers.get('retry-after')).toBe('10');
    const second = { ...product, instance_id: 'p-2', url: 'http://10.0.0.3' };
    expect((await registry.post('/register', second)).status).toBe(201);
    expect((await registry.post('/heartbeat', { instance_id: 'p-1' })).status).toBe(200);

    for (const { instance_id } of [product, second]) await registry.post('/deregister', { instance_id });
    expect((await registry.post('/register', { ...product, service_name: 'order' })).status).toBe(201);
  });
});

describe('calls that wait', () => {
  beforeEach(async () => {
    registry = await startRegistry({ MAX_WATCHERS: '2', FAIR_SHARES: 'false' });
    await registry.post('/register', product);
  });

  const url = () => `${registry.url}/discover/product?index=1&wait=10m`;
  /** One that would wait if there were room, and answers 429 otherwise. */
  const ask = async (): Promise<number | 'waits'> => {
    const halt = new AbortController();
    try {
      return (
        await fetch(url(), { signal: AbortSignal.any([halt.signal, AbortSignal.timeout(200 * timeScale)]) })
      ).status;
    } catch {
      return 'waits';
    } finally {
      halt.abort();
    }
  };

  /** Discoveries that wait for the next change of product. */
  function waiting(count: number) {
    const halt = new AbortController();
    const statuses = Array.from(
      { length: count },
      async () => (await fetch(url(), { signal: halt.signal })).status,
    );
    return { statuses: Promise.allSettled(statuses), leave: () => halt.abort() };
  }

  it('are bounded, and whoever does not wait is served', async () => {
    const { statuses } = waiting(2);
    await eventually(async () => (await ask()) === 429);
    const refused = await registry.get('/discover/product?index=1&wait=10m');
    expect(refused.body).toMatchObject({ code: 'TOO_MANY_WAITING' });
    expect(refused.headers.get('retry-after')).toBe('10');
    expect((await registry.get('/discover/product')).status).toBe(200);
    expect((await registry.post('/heartbeat', { instance_id: 'p-1' })).status).toBe(200);

    await registry.post('/register', { ...product, instance_id: 'p-2', url: 'http://10.0.0.2' });
    expect(await statuses).toMatchObject([{ value: 200 }, { value: 200 }]);
    expect((await fetch(url())).status).toBe(200);
  });

  it('make room when their callers go', async () => {
    const { leave } = waiting(2);
    await eventually(async () => (await ask()) === 429);
    leave();
    // It could be that they have only closed their half, and wait.
    await eventually(async () => (await ask()) === 'waits', { timeoutMs: 10_000 });
  });
});

describe('subscribers', () => {
  it('are as many as streams, and are forgotten when they have been gone for a while', async () => {
    registry = await startRegistry({ MAX_WATCHERS: '1' });
    await registry.post('/register', product);
    await registry.clock.advance(5000);
    for (let n = 0; n < 5; n += 1) {
      const stream = await eventually(async () => {
        const each = await registry.watch(`services=*&subscriber=${randomUUID()}`);
        return each.status === 200 && each;
      });
      stream.close();
    }
    await eventually(async () =>
      (await registry.metrics()).includes('rollcall_registry_watchers{service="registry"} 0'),
    );
    await registry.clock.advance(5000);
    const drained = await registry.post('/instances/p-1/drain?wait_ms=0', {});
    expect(drained.body).toMatchObject({ acked: [], missing: [], complete: true });
  });
});
