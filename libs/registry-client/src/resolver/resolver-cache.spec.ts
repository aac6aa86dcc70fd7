import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, timeScale } from '@rollcall/testing';
import { createFakeRegistry, type FakeRegistry } from '../testing';
import { createResolver, type Resolver } from './resolver';
import type { ResolverEvent } from './resolver-event';

const product = { service_name: 'product', url: 'http://10.0.0.1:8081' };
let registry: FakeRegistry;
let folder: string;
let resolvers: Resolver[];
let events: ResolverEvent[];

beforeEach(async () => {
  registry = createFakeRegistry();
  await registry.start();
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  resolvers = [];
  events = [];
});

afterEach(async () => {
  for (const resolver of resolvers) await resolver.stop();
  await registry.stop();
  rmSync(folder, { recursive: true });
});

const cacheFile = (): string => join(folder, 'deep', 'catalog.json');

async function start(services?: '*'): Promise<Resolver> {
  const resolver = createResolver({
    registryUrls: [registry.url],
    cacheFile: cacheFile(),
    ...(services === undefined ? {} : { services }),
    onEvent: (event) => events.push(event),
  });
  resolvers.push(resolver);
  await resolver.start();
  return resolver;
}

async function live(services?: '*'): Promise<void> {
  const resolver = await start(services);
  await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
  await eventually(() => resolver.synced);
  await resolver.stop();
}

describe('what is kept on disk', () => {
  it.each(['*', undefined] as const)(
    'is known from the start while no registry answers (%s)',
    async (services) => {
      registry.list(product);
      await live(services);
      await registry.goAway();

      const resolver = await start(services);

      expect(resolver.current('product').state).toBe(services === '*' ? 'stale' : 'pending');
      const result = await resolver.resolve('product', { timeoutMs: 0 });
      expect(result).toMatchObject({ state: 'stale', snapshot: { instances: [product] } });
      expect(resolver.synced).toBe(false);
      expect(resolver.staleSince).toBeLessThanOrEqual(Date.now());
      const away = await eventually(() => events.find((event) => event.type === 'disconnected'));
      expect(away).toMatchObject({ staleForMs: expect.any(Number) });
    },
  );

  it('gives way to what a registry answers, and a service that has gone stays gone', async () => {
    const { instance_id: id } = registry.list(product);
    await live('*');
    registry.forget(id);

    const resolver = await start('*');
    await eventually(() => resolver.synced);

    expect(resolver.current('product')).toMatchObject({ state: 'resolved', snapshot: { instances: [] } });
    expect(resolver.staleSince).toBeUndefined();
  });

  it('of another registry is held on to while that one is warming, and is gone once it knows better', async () => {
    registry.list(product);
    await live('*');
    await registry.goAway();
    await registry.comeBack({ empty: true });

    const held = await start('*');
    await eventually(() => held.synced);
    expect(held.current('product')).toMatchObject({ snapshot: { instances: [product] } });
    await held.stop();

    registry.warmedUp();
    const fresh = await start('*');
    await eventually(() => fresh.synced);
    expect(fresh.current('product')).toMatchObject({ state: 'resolved', snapshot: { instances: [] } });
  });

  it('is written whole, readable by nobody else, and leaves nothing beside it', async () => {
    registry.list(product);
    await live('*');

    expect(readdirSync(join(folder, 'deep'))).toEqual(['catalog.json']);
    expect(JSON.parse(readFileSync(cacheFile(), 'utf8'))).toMatchObject({ format: 1 });
  });

  it.each([
    '',
    '{"format":1',
    '{"format":1,"saved_at":1,"services":[{}]}',
    '{"format":1,"saved_at":1,"services":[{"serviceName":"product","revision":1,"instances":[{"url":5}]}]}',
    '{"format":2,"saved_at":1,"services":[]}',
    '\u0000\u0000\u0000',
  ])('is ignored, and reported, when it says %j', async (text) => {
    registry.list(product);
    await live('*');
    writeFileSync(cacheFile(), text);
    await registry.goAway();

    const resolver = await start('*');

    expect(resolver.current('product').state).toBe('pending');
    expect(events).toContainEqual(expect.objectContaining({ type: 'cache_failed', during: 'read' }));
  });
});
