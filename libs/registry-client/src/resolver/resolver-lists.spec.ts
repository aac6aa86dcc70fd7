import { eventually, timeScale } from '@rollcall/testing';
import { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from '../testing';
import { createResolver, type Resolver } from './resolver';
import type { ResolverOptions } from './resolver-options';
import type { ResolverEvent } from './resolver-event';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Scene {
  readonly registry: FakeRegistry;
  readonly resolver: Resolver;
  readonly events: ResolverEvent[];
  /** What has been sent to a path, each as its list of names. */
  lists(path: '/watch' | '/watch/additions'): string[][];
}

async function scene(
  options: FakeRegistryOptions = {},
  resolving: Partial<ResolverOptions> = {},
): Promise<Scene> {
  const registry = createFakeRegistry(options);
  await registry.start();
  const events: ResolverEvent[] = [];
  const resolver = createResolver({
    registryUrls: [registry.url],
    onEvent: (event) => events.push(event),
    ...resolving,
  });
  cleanups.push(
    () => registry.stop(),
    () => resolver.stop(),
  );
  await resolver.start();
  return {
    registry,
    resolver,
    events,
    lists: (path) => registry.calls(path).map(({ body }) => (body as { services: string[] }).services),
  };
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `service-${from + n}`);
const resolved = (resolver: Resolver, names: readonly string[]) =>
  eventually(() => names.every((name) => resolver.current(name).state === 'resolved'), { timeoutMs: 20_000 });

function list(registry: FakeRegistry, service: string): void {
  registry.list({ service_name: service, url: `http://${service}.test:80`, instance_id: `${service}-1` });
}

describe('ten thousand services', () => {
  it('are followed over one stream, asked for at once or one by one, and each of them changes', async () => {
    const { registry, resolver, lists } = await scene();
    const [first = [], second = []] = [numbered(9000), numbered(1000, 9000)];
    for (const name of first) resolver.watch(name, () => undefined);
    await resolved(resolver, first);
    for (const name of second) {
      resolver.watch(name, () => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await resolved(resolver, [...first, ...second]);

    for (const name of ['service-0', 'service-9999']) {
      list(registry, name);
      await eventually(() => {
        const result = resolver.current(name);
        return 'snapshot' in result && result.snapshot.instances.length === 1;
      });
    }
    expect(registry.openWatches).toBe(1);
    expect(registry.calls('/watch')).toHaveLength(1);
    const sent = [...lists('/watch'), ...lists('/watch/additions')].flat();
    expect(sent.length).toBe(10_000);
    expect(new Set(sent).size).toBe(10_000);
  });

  it('and more than that are asked for in calls of ten thousand at most', async () => {
    const names = numbered(25_000);
    const { resolver, lists } = await scene({}, { services: names });
    await resolved(resolver, names);
    expect([...lists('/watch'), ...lists('/watch/additions')].map(({ length }) => length)).toEqual([
      10_000, 10_000, 5000,
    ]);
  });
});

describe('services that are asked for later', () => {
  it('in one turn are one call, and tell nobody of the others again', async () => {
    const { registry, resolver, lists } = await scene();
    list(registry, 'product');
    const told: string[] = [];
    resolver.watch('product', ({ state }) => told.push(state));
    await resolved(resolver, ['product']);

    for (const name of ['order', 'hello', 'order', 'cart']) resolver.watch(name, () => undefined);
    await resolved(resolver, ['order', 'hello', 'cart']);

    expect(lists('/watch/additions')).toEqual([['order', 'hello', 'cart']]);
    expect(told).toEqual(['pending', 'resolved']);
  });

  it('before the stream stands, and while a call is under way, are not forgotten', async () => {
    const { registry, resolver, lists } = await scene();
    const release = registry.holdAnswers('/watch/additions');
    const names = numbered(6);
    resolver.watch('service-0', () => undefined);
    // The stream is being opened: nobody can be told of these yet.
    await new Promise((resolve) => setImmediate(resolve));
    for (const name of ['service-1', 'service-2']) resolver.watch(name, () => undefined);
    await eventually(() => lists('/watch/additions').length === 1);
    for (const name of names.slice(3)) resolver.watch(name, () => undefined);
    await resolved(resolver, names.slice(0, 3));
    release();
    await resolved(resolver, names);
    expect(lists('/watch')).toEqual([['service-0']]);
    expect(lists('/watch/additions')).toEqual([names.slice(1, 3), names.slice(3)]);
  });

  it('come back with the others when the stream breaks, which goes on where it was', async () => {
    const { registry, resolver } = await scene();
    list(registry, 'product');
    list(registry, 'order');
    const told: string[] = [];
    await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
    await resolver.resolve('order', { timeoutMs: 5000 * timeScale });
    resolver.watch('product', ({ state }) => told.push(state));

    await registry.goAway();
    await eventually(() => resolver.current('order').state === 'stale');
    list(registry, 'cart');
    resolver.watch('cart', () => undefined);
    await registry.comeBack();
    await resolved(resolver, ['product', 'order', 'cart']);

    const [last] = registry.calls('/watch').slice(-1);
    expect(last?.headers['last-event-id']).toBeDefined();
    expect((last?.body as { services: string[] }).services.sort()).toEqual(['order', 'product']);
    expect(told).toEqual(['resolved', 'stale', 'resolved']);
  });

  it('are asked for again when the registry has no room for them, and the others go on', async () => {
    const { registry, resolver, events, lists } = await scene();
    await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
    const detail = 'enough names';
    registry.refuseNext('/watch/additions', { status: 429, code: 'TOO_MANY_WATCHERS', detail });
    const states: string[] = [];
    resolver.watch('order', ({ state }) => states.push(state));
    await resolved(resolver, ['order']);

    expect(states).toEqual(['pending', 'failed', 'resolved']);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'addition_failed',
        services: 1,
        failure: { status: 429, code: 'TOO_MANY_WATCHERS', message: detail },
      }),
    );
    expect(lists('/watch/additions')).toEqual([['order'], ['order']]);
    list(registry, 'product');
    await eventually(() => JSON.stringify(resolver.current('product')).includes('product-1'));
    expect(events.map(({ type }) => type)).not.toContain('disconnected');
  });

  it.each([
    [404, 'SUBSCRIBER_UNKNOWN'],
    [403, 'STREAM_SECRET_WRONG'],
  ])('open the stream anew when the registry does not know it any more: %d', async (status, code) => {
    const { registry, resolver, lists } = await scene();
    await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
    registry.refuseNext('/watch/additions', { status, code, detail: 'no such stream' });
    resolver.watch('order', () => undefined);
    await resolved(resolver, ['product', 'order']);
    expect(lists('/watch')).toEqual([['product'], ['product', 'order']]);
  });

  it('are acknowledged when an instance of theirs is draining', async () => {
    const { registry, resolver } = await scene();
    await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
    list(registry, 'order');
    registry.update('order-1', { status: 'draining' });
    await resolver.resolve('order', { timeoutMs: 5000 * timeScale });
    await eventually(() => registry.calls('/acks').length === 1);
  });
});

describe('a registry of before there were lists in a body', () => {
  it('is asked by address, and anew for each service that comes', async () => {
    const { registry, resolver, events } = await scene({ additions: false });
    list(registry, 'order');
    await resolver.resolve('product', { timeoutMs: 5000 * timeScale });
    const found = await resolver.resolve('order', { timeoutMs: 5000 * timeScale });
    expect(JSON.stringify(found)).toContain('order-1');
    const lists = registry.calls('/watch').flatMap(({ query }) => query.get('services') ?? []);
    expect(lists).toEqual(['product', 'product,order']);
    expect(events.map(({ type }) => type)).not.toContain('disconnected');
  });
});

describe('a resolver that is told who it is', () => {
  const names = (registry: FakeRegistry) =>
    registry
      .calls('/watch')
      .map(({ method, query, body }) =>
        method === 'GET' ? (query.get('as') ?? undefined) : (body as { as?: string }).as,
      );
  const refusal = { status: 400, code: 'VALIDATION_FAILED', detail: 'as is not allowed' };
  const kinds = (events: readonly ResolverEvent[]) => events.map(({ type }) => type);

  it('names itself in the address and in the body, each time that it opens a stream', async () => {
    const everything = await scene({}, { services: '*', as: 'gw-1' });
    await eventually(() => everything.resolver.synced);
    expect(names(everything.registry)).toEqual(['gw-1']);

    const { registry, resolver, events } = await scene({}, { services: ['product'], as: 'b-1' });
    await eventually(() => resolver.synced);
    await registry.goAway();
    await eventually(() => kinds(events).includes('disconnected'));
    await registry.comeBack();
    await eventually(() => names(registry).length > 1, { timeoutMs: 20_000 });
    expect(new Set(names(registry))).toEqual(new Set(['b-1']));
  });

  it('says nothing when it was not told', async () => {
    const { registry, resolver } = await scene({}, { services: ['product'] });
    await eventually(() => resolver.synced);
    expect(names(registry)).toEqual([undefined]);
  });

  it.each([{ services: '*' }, { services: ['product'] }] as const)(
    'follows %j all the same at a registry that refuses a name',
    async ({ services }) => {
      const registry = createFakeRegistry();
      await registry.start();
      registry.refuseNext('/watch', refusal);
      const events: ResolverEvent[] = [];
      const resolver = createResolver({
        registryUrls: [registry.url],
        onEvent: (event) => events.push(event),
        services,
        as: 'gw-1',
      });
      cleanups.push(
        () => registry.stop(),
        () => resolver.stop(),
      );
      await resolver.start();
      await eventually(() => resolver.synced);
      expect(names(registry)).toEqual(['gw-1', undefined]);
      expect(kinds(events)).not.toContain('disconnected');
    },
  );

  it('follows at a registry of before there was either, by the address alone', async () => {
    const { registry, resolver, events } = await scene({ additions: false }, { as: 'gw-1' });
    list(registry, 'product');
    await resolver.resolve('product', { timeoutMs: 20_000 });
    expect(resolver.current('product').state).toBe('resolved');
    expect(names(registry)).toEqual(['gw-1', 'gw-1', undefined]);
    expect(kinds(events)).not.toContain('disconnected');
  });

  it('tells of a refusal that is not about its name, and does not ask again at once', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    for (let time = 0; time < 2; time += 1) registry.refuseNext('/watch', refusal);
    const events: ResolverEvent[] = [];
    const resolver = createResolver({
      registryUrls: [registry.url],
      onEvent: (event) => events.push(event),
      services: '*',
      as: 'gw-1',
    });
    cleanups.push(
      () => registry.stop(),
      () => resolver.stop(),
    );
    await resolver.start();
    await eventually(() => kinds(events).includes('disconnected'));
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'disconnected',
        failure: expect.objectContaining({ code: 'VALIDATION_FAILED' }),
      }),
    );
    await eventually(() => resolver.synced, { timeoutMs: 20_000 });
    expect(names(registry)).toEqual(['gw-1', undefined, 'gw-1']);
  });
});
