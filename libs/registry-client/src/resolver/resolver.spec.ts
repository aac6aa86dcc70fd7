import { createServer } from 'node:http';
import { closedPort, eventually, startHangingServer, startRawServer, timeScale } from '@rollcall/testing';
import { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from '../testing';
import type { DiscoveryResult } from './discovery-result';
import { createResolver, type Resolver } from './resolver';
import type { ResolverOptions } from './resolver-options';
import type { ResolverEvent } from './resolver-event';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = createFakeRegistry(options);
  await registry.start();
  cleanups.push(() => registry.stop());
  return registry;
}

interface Observed {
  readonly resolver: Resolver;
  readonly events: ResolverEvent[];
  types(): string[];
}

function observe(options: Partial<ResolverOptions> & Pick<ResolverOptions, 'registryUrls'>): Observed {
  const events: ResolverEvent[] = [];
  const resolver = createResolver({ onEvent: (event) => events.push(event), ...options });
  cleanups.push(() => resolver.stop());
  return { resolver, events, types: () => events.map((event) => event.type) };
}

/** Ids of what is known, or the state when nothing is. */
function ids(result: DiscoveryResult): string[] | string {
  return 'snapshot' in result
    ? result.snapshot.instances.map((instance) => instance.instance_id).sort()
    : result.state;
}

function list(registry: FakeRegistry, instanceId: string, serviceName = 'product', port = 8081): void {
  registry.list({
    service_name: serviceName,
    url: `http://${instanceId}.test:${port}`,
    instance_id: instanceId,
  });
}

describe('following services by name', () => {
  it('tells the current value at once and then every change, in order', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    const seen: (string[] | string)[] = [];
    list(registry, 'a');

    await resolver.start();
    resolver.watch('product', (result) => seen.push(ids(result)));
    expect(seen).toEqual(['pending']);
    await eventually(() => seen.length === 2);
    list(registry, 'b');
    await eventually(() => seen.length === 3);
    registry.forget('a');
    await eventually(() => seen.length === 4);

    expect(seen).toEqual(['pending', ['a'], ['a', 'b'], ['b']]);
    expect(resolver.services()).toEqual(['product']);
  });

  it('knows an unregistered service as empty, not as unknown', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    await resolver.start();

    const result = await resolver.resolve('nobody', { timeoutMs: 2000 * timeScale });

    expect(result).toMatchObject({ state: 'resolved', snapshot: { instances: [] } });
  });

  it('shows changes of status and replacements as the registry decides them', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    list(registry, 'a');
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    registry.update('a', { status: 'draining', reason: 'SIGTERM' });

    await eventually(() => {
      const result = resolver.current('product');
      return 'snapshot' in result && result.snapshot.instances[0]?.status === 'draining';
    });
  });

  it('opens one stream for all, and adds another service to it without losing what is known', async () => {
    const registry = await startRegistry();
    const { resolver, types } = observe({ registryUrls: [registry.url], services: ['product'] });
    const products: string[] = [];
    list(registry, 'a');
    list(registry, 'o', 'order');
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    resolver.watch('product', (result) => products.push(result.state));

    const orders = await resolver.resolve('order', { timeoutMs: 2000 * timeScale });

    expect(ids(orders)).toEqual(['o']);
    expect(registry.openWatches).toBe(1);
    expect(registry.calls('/watch').map((call) => call.body)).toMatchObject([{ services: ['product'] }]);
    expect(registry.calls('/watch/additions').map((call) => call.body)).toMatchObject([
      { services: ['order'] },
    ]);
    expect(new Set(products)).toEqual(new Set(['resolved']));
    expect(types()).not.toContain('disconnected');
  });

  it('opens nothing while nobody asks for anything', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    await resolver.start();

    expect(resolver.synced).toBe(true);
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    expect(registry.calls('/watch')).toHaveLength(1);
  });

  it('tells nothing more to who has left', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    const seen: DiscoveryResult[] = [];
    const leave = resolver.watch('product', (result) => seen.push(result));
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    leave();
    const before = seen.length;
    list(registry, 'a');
    await eventually(() => ids(resolver.current('product')).length === 1);

    expect(seen).toHaveLength(before);
  });

  it('lets a listener ask for another service', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    list(registry, 'a');
    list(registry, 'o', 'order');
    const orders: (string[] | string)[] = [];
    resolver.watch('product', (result) => {
      if (result.state === 'resolved' && orders.length === 0)
        resolver.watch('order', (order) => orders.push(ids(order)));
    });

    await resolver.start();

    await eventually(() => orders.length > 1);
    // Never empty: the rest of the stream on which it was asked for knows nothing of it.
    expect(orders).toEqual(['pending', ['o']]);
  });

  it('keeps a name that no registry would take off the list', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    list(registry, 'a');
    await resolver.start();

    const wrong = await resolver.resolve('a,b/../*', { timeoutMs: 60_000 });
    const right = await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    expect(wrong).toMatchObject({ state: 'failed', error: { code: 'BAD_SERVICE_NAME' } });
    expect(ids(right)).toEqual(['a']);
  });

  it('sends its token, and fails with the refusal when it has none', async () => {
    const registry = await startRegistry({ token: 'secret' });
    list(registry, 'a');
    const right = observe({ registryUrls: [registry.url], token: 'secret' }).resolver;
    const wrong = observe({ registryUrls: [registry.url] }).resolver;
    await Promise.all([right.start(), wrong.start()]);

    expect(ids(await right.resolve('product', { timeoutMs: 2000 * timeScale }))).toEqual(['a']);
    expect(await wrong.resolve('product', { timeoutMs: 2000 * timeScale })).toMatchObject({
      state: 'failed',
      error: { status: 401, code: 'UNAUTHORIZED' },
    });
  });

  it('survives a listener that throws', async () => {
    const registry = await startRegistry();
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const { resolver } = observe({ registryUrls: [registry.url] });
    resolver.watch('product', () => {
      throw new Error('a fault in the host');
    });

    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    expect(warn).toHaveBeenCalledWith(expect.stringContaining('a fault in the host'), expect.anything());
    warn.mockRestore();
  });
});

describe('following everything', () => {
  it('is in sync only once it has everything, then follows newcomers and forgets the empty', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver } = observe({ registryUrls: [registry.url], services: '*' });
    const changes: [string, string[] | string][] = [];
    resolver.onChange((name, result) => changes.push([name, ids(result)]));

    expect(resolver.synced).toBe(false);
    await resolver.start();
    await eventually(() => resolver.synced);
    list(registry, 'o', 'order');
    await eventually(() => resolver.services().length === 2);
    registry.forget('a');
    await eventually(() => resolver.services().length === 1);

    expect(changes).toEqual([
      ['product', ['a']],
      ['order', ['o']],
      ['product', []],
    ]);
    expect(resolver.current('product')).toMatchObject({ state: 'resolved', snapshot: { instances: [] } });
    expect(resolver.current('never-heard-of')).toMatchObject({ state: 'resolved' });
  });

  it('sees a service come back that had become empty', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver, types } = observe({ registryUrls: [registry.url], services: '*' });
    await resolver.start();
    await eventually(() => resolver.synced);
    registry.forget('a');
    await eventually(() => resolver.services().length === 0);

    list(registry, 'b');

    await eventually(() => ids(resolver.current('product'))[0] === 'b');
    expect(types()).not.toContain('disconnected');
  });

  it('learns on its return that a service has gone meanwhile, by fresh snapshots', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    list(registry, 'o', 'order');
    const { resolver } = observe({ registryUrls: [registry.url], services: '*' });
    await resolver.start();
    await eventually(() => resolver.synced);

    await registry.goAway();
    await eventually(() => resolver.current('product').state === 'stale');
    await registry.comeBack({ empty: true });
    registry.warmedUp();
    list(registry, 'o', 'order');

    await eventually(() => resolver.current('order').state === 'resolved');
    await eventually(() => ids(resolver.current('product')).length === 0);
    expect(resolver.current('product').state).toBe('resolved');
  });
});

describe('while the registry is away', () => {
  it('is pending, then failed, and resolved when it comes', async () => {
    const registry = await startRegistry();
    await registry.goAway();
    const { resolver } = observe({ registryUrls: [registry.url] });
    const states: string[] = [];
    resolver.watch('product', (result) => states.push(result.state));
    await resolver.start();

    await eventually(() => states.includes('failed'));
    expect(resolver.current('product')).toMatchObject({ error: { code: 'ECONNREFUSED' } });
    await registry.comeBack();

    await eventually(() => states.includes('resolved'));
    expect(states).toEqual(['pending', 'failed', 'resolved']);
  });

  it('keeps the last known good as stale, since when, and resumes where it broke off', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    const states: string[] = [];
    resolver.watch('product', (result) => states.push(result.state));

    const before = Date.now();
    await registry.goAway();
    const stale = await eventually(() => {
      const result = resolver.current('product');
      return result.state === 'stale' && result;
    });
    expect(ids(stale)).toEqual(['a']);
    expect(stale.since).toBeGreaterThanOrEqual(before);
    expect(resolver.synced).toBe(true);

    list(registry, 'b');
    await registry.comeBack();
    await eventually(() => ids(resolver.current('product')).length === 2);

    expect(registry.calls('/watch').at(-1)?.headers['last-event-id']).toBeDefined();
    expect(states).toEqual(['resolved', 'stale', 'resolved']);
  });

  it('answers a resolve with what there is when the time is up', async () => {
    const { resolver } = observe({ registryUrls: [`http://127.0.0.1:${await closedPort()}`] });
    await resolver.start();

    const began = performance.now();
    const result = await resolver.resolve('product', { timeoutMs: 100 });

    expect(result.state).toBe('failed');
    expect(performance.now() - began).toBeLessThan(1000 * timeScale);
  });

  it('answers a resolve with what there is when it is stopped', async () => {
    const { resolver } = observe({ registryUrls: [`http://127.0.0.1:${await closedPort()}`] });
    await resolver.start();
    const waiting = resolver.resolve('product', { timeoutMs: 60_000 });

    await resolver.stop();

    expect(['pending', 'failed']).toContain((await waiting).state);
  });

  it('goes on to the next registry when one is closed, hangs, or answers nonsense', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const hanging = await startHangingServer();
    const nonsense = await startRawServer('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<h1>hello</h1>');
    cleanups.push(
      () => hanging.close(),
      () => nonsense.close(),
    );
    const closed = `http://127.0.0.1:${await closedPort()}`;
    await registry.goAway();
    const urls = [closed, hanging.url, nonsense.url, registry.url];
    const { resolver, events } = observe({ registryUrls: urls, silenceLimitMs: 200 * timeScale });
    const failed = (url: string) =>
      events.find((event) => event.type === 'disconnected' && event.registryUrl === url);
    await resolver.start();
    const asked = resolver.resolve('product', { timeoutMs: 1 });
    await eventually(() => urls.every(failed));
    await registry.comeBack();

    await asked;
    await eventually(() => String(ids(resolver.current('product'))) === 'a');
    expect(failed(closed)).toMatchObject({ failure: { code: 'ECONNREFUSED' } });
    expect(failed(hanging.url)).toMatchObject({ failure: { code: 'SILENCE' } });
    expect(failed(nonsense.url)).toMatchObject({ failure: { code: 'BAD_ANSWER' } });
    const firstRound = events.slice(0, 4).map((event) => 'retryInMs' in event && event.retryInMs === 0);
    expect(firstRound).toEqual([true, true, true, false]);
  });

  it('notices a stream that is open and dead by its silence', async () => {
    const registry = await startRegistry({ pingIntervalMs: 50 });
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url], silenceLimitMs: 300 * timeScale });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    const calm = performance.now();
    await eventually(() => performance.now() - calm > 400 * timeScale);
    expect(events.filter((event) => event.type === 'disconnected')).toEqual([]);

    registry.freezeWatches();

    await eventually(() => events.some((event) => event.type === 'disconnected'));
    expect(events.find((event) => event.type === 'disconnected')).toMatchObject({
      failure: { code: 'SILENCE' },
    });
    await eventually(() => registry.calls('/watch').length === 2);
  });
});

describe('a registry that started empty', () => {
  it('does not shrink what is known while it warms up, and may add to it', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    list(registry, 'b');
    const { resolver, events } = observe({ registryUrls: [registry.url], services: '*' });
    await resolver.start();
    await eventually(() => resolver.synced);
    const seen: (string[] | string)[] = [];
    resolver.watch('product', (result) => seen.push(ids(result)));

    await registry.goAway();
    await registry.comeBack({ empty: true });
    await eventually(() => events.filter((event) => event.type === 'synced').length === 2);
    expect(resolver.current('product').state).toBe('resolved');
    list(registry, 'b');
    list(registry, 'c');

    await eventually(() => ids(resolver.current('product')).length === 3);
    expect(seen.every((known) => known.includes('a') && known.includes('b'))).toBe(true);
  });

  it('takes an instance that registered again and then left for gone', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    list(registry, 'b');
    const { resolver, events } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    await registry.goAway();
    await registry.comeBack({ empty: true });
    await eventually(() => events.filter((event) => event.type === 'synced').length === 2);

    list(registry, 'b');
    registry.forget('b');

    await eventually(() => ids(resolver.current('product')).length === 1);
    expect(ids(resolver.current('product'))).toEqual(['a']);
  });

  it('lets go of an unconfirmed instance after one lease', async () => {
    const registry = await startRegistry({ ttlSeconds: 0.3 });
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url], services: '*' });
    await resolver.start();
    await eventually(() => resolver.synced);
    await registry.goAway();
    await registry.comeBack({ empty: true });
    await eventually(() => events.filter((event) => event.type === 'synced').length === 2);
    expect(ids(resolver.current('product'))).toEqual(['a']);

    await eventually(() => ids(resolver.current('product')).length === 0);

    expect(resolver.current('product').state).toBe('resolved');
    expect(resolver.services()).toEqual([]);
  });

  it('lets go at once when a stream opened later is not warming any more', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    await registry.goAway();
    await registry.comeBack({ empty: true });
    await eventually(() => events.filter((event) => event.type === 'synced').length === 2);
    expect(ids(resolver.current('product'))).toEqual(['a']);

    registry.warmedUp();
    await registry.goAway();
    await registry.comeBack();

    await eventually(() => ids(resolver.current('product')).length === 0);
  });
});

describe('a registry that lies', () => {
  it('is asked for fresh snapshots when a change does not follow', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    const delta = {
      service_name: 'product',
      prev_revision: 998,
      revision: 999,
      upserted: [],
      removed: ['a'],
    };
    registry.writeToWatches(`id: 999\nevent: delta\ndata: ${JSON.stringify(delta)}\n\n`);

    await eventually(() => registry.calls('/watch').length === 2);
    expect(registry.calls('/watch')[1]?.headers['last-event-id']).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'disconnected',
        failure: expect.objectContaining({ code: 'REVISION_GAP' }),
      }),
    );
    await eventually(() => resolver.current('product').state === 'resolved');
    expect(ids(resolver.current('product'))).toEqual(['a']);
  });

  it.each([
    ['broken JSON', 'event: delta\ndata: {"service_name":\n\n'],
    ['a delta without its revisions', 'event: delta\ndata: {"service_name":"product"}\n\n'],
    ['a hello that is a list', 'event: hello\ndata: []\n\n'],
  ])('is left for another try after %s, and what is known stays', async (_what, text) => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });

    registry.writeToWatches(text);

    await eventually(() => events.some((event) => event.type === 'disconnected'));
    expect(ids(resolver.current('product'))).toEqual(['a']);
    await eventually(() => resolver.current('product').state === 'resolved');
  });

  it('is believed in what it says rightly, and not in the rest', async () => {
    const registry = await startRegistry();
    list(registry, 'a');
    const { resolver, events } = observe({ registryUrls: [registry.url] });
    await resolver.start();
    await resolver.resolve('product', { timeoutMs: 2000 * timeScale });
    const [good] = registry.instances();
    const revision = good?.revision ?? 0;
    const upserted = [
      { ...good, instance_id: 'good', url: 'http://good.test' },
      { ...good, instance_id: 'bad', url: 'file:///etc/passwd' },
      { ...good, instance_id: 'other', service_name: 'order' },
      null,
    ];

    const delta = { service_name: 'product', prev_revision: revision, revision: 999, upserted, removed: [] };
    registry.writeToWatches(`event: who-knows\ndata: 1\n\nevent: delta\ndata: ${JSON.stringify(delta)}\n\n`);

    await eventually(() => ids(resolver.current('product')).length === 2);
    expect(ids(resolver.current('product'))).toEqual(['a', 'good']);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'malformed', what: expect.stringContaining('3 ') }),
    );
  });
});

describe('a stream that breaks off before it is in sync', () => {
  it('is not resumed, whatever ids its events had', async () => {
    const lastEventIds: (string | undefined)[] = [];
    const hello = { catalog_id: 'c', revision: 5, stream_secret: 's', warming: false, resumed: false };
    const snapshot = { service_name: 'product', revision: 5, instances: [] };
    const server = createServer((request, response) => {
      lastEventIds.push(request.headers['last-event-id']?.toString());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`id: 5\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`);
      response.end(`id: 5\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { resolver } = observe({ registryUrls: [`http://127.0.0.1:${port}`], services: ['product'] });

    await resolver.start();

    await eventually(() => lastEventIds.length > 1);
    expect(lastEventIds.slice(0, 2)).toEqual([undefined, undefined]);
  });
});

describe('its life', () => {
  it('starts and stops once, however often it is asked to, and leaves no stream', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url], services: '*' });

    await Promise.all([resolver.start(), resolver.start()]);
    await eventually(() => registry.openWatches === 1);
    await Promise.all([resolver.stop(), resolver.stop()]);
    await resolver.start();

    await eventually(() => registry.openWatches === 0);
    expect(registry.calls('/watch')).toHaveLength(1);
  });

  it('answers at once after its end', async () => {
    const registry = await startRegistry();
    const { resolver } = observe({ registryUrls: [registry.url] });
    await resolver.stop();

    expect(await resolver.resolve('product', { timeoutMs: 60_000 })).toEqual({ state: 'pending' });
  });
});
