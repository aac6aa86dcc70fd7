import { eventually } from '@rollcall/testing';
import { createResolver, type DiscoveryResult, type Resolver, type ResolverEvent } from '../src';
import { createFakeRegistry, type FakeRegistry } from '../src/testing';
import { startReplica, type Replica } from './replica';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Scene {
  readonly registry: FakeRegistry;
  readonly replicas: readonly Replica[];
  readonly resolver: Resolver;
  readonly events: ResolverEvent[];
}

/** A resolver of several replicas, all of which list one product. */
async function scene(prepare: (replicas: readonly Replica[]) => unknown = () => undefined): Promise<Scene> {
  const registry = createFakeRegistry({ pingIntervalMs: 50 });
  await registry.start();
  list(registry, 'a');
  const replicas = await Promise.all([
    startReplica(registry),
    startReplica(registry),
    startReplica(registry),
  ]);
  cleanups.push(() => registry.stop(), ...replicas.map((replica) => () => replica.goAway()));
  await prepare(replicas);
  const events: ResolverEvent[] = [];
  const resolver = createResolver({
    registryUrls: replicas.map(({ url }) => url),
    services: ['product'],
    onEvent: (event) => events.push(event),
  });
  cleanups.push(() => resolver.stop());
  await resolver.start();
  return { registry, replicas, resolver, events };
}

function list(registry: FakeRegistry, id: string): void {
  registry.list({ service_name: 'product', url: `http://${id}.test:8081`, instance_id: id });
}

function ids(result: DiscoveryResult): string {
  return 'snapshot' in result ? result.snapshot.instances.map(({ instance_id }) => instance_id).join() : '-';
}

const knows = ({ resolver }: Scene, state: DiscoveryResult['state'], known: string): Promise<boolean> =>
  eventually(() => resolver.current('product').state === state && ids(resolver.current('product')) === known);
const of = <T extends ResolverEvent['type']>({ events }: Scene, type: T) =>
  events.filter((event): event is Extract<ResolverEvent, { type: T }> => event.type === type);
function inUse(running: Scene): Replica {
  const url = of(running, 'connected').at(-1)?.registryUrl;
  const replica = running.replicas.find((one) => one.url === url);
  if (replica === undefined) throw new Error('not connected to any replica');
  return replica;
}
const watchesOf = (replica: Replica) => replica.calls().filter(({ call }) => call.endsWith(' /watch'));
const HOUR_AGO = Date.now() - 3_600_000;

describe('a resolver of several replicas', () => {
  it('goes on where it was at another one, and reads nothing anew', async () => {
    const running = await scene();
    await knows(running, 'resolved', 'a');
    list(running.registry, 'b');
    await knows(running, 'resolved', 'a,b');
    const used = inUse(running);

    await used.goAway();
    list(running.registry, 'c');

    await knows(running, 'resolved', 'a,b,c');
    const other = inUse(running);
    expect(other).not.toBe(used);
    expect(watchesOf(other)[0]?.lastEventId).toMatch(/^\d+\./);
    const [lost] = of(running, 'disconnected');
    expect(lost).toMatchObject({ registryUrl: used.url, retryInMs: 0 });
  });

  it.each<[string, (replica: Replica) => unknown, string]>([
    ['hang', (replica) => replica.hang(), 'SILENCE'],
    ['have gone', (replica) => replica.goAway(), 'ECONNREFUSED'],
    ['are behind', (replica) => replica.refuse(/watch/, { code: 'REGISTRY_BEHIND' }), 'REGISTRY_BEHIND'],
    ['are closing', (replica) => replica.refuse(/watch/, { code: 'REGISTRY_CLOSING' }), 'REGISTRY_CLOSING'],
    ['have lost their store', (replica) => replica.loseStore(HOUR_AGO), 'REGISTRY_DETACHED'],
  ])('finds the one that is well when the others %s', async (_how, fail, code) => {
    const running = await scene((replicas) => Promise.all(replicas.slice(0, -1).map(fail)));

    await knows(running, 'resolved', 'a');

    expect(inUse(running)).toBe(running.replicas.at(-1));
    for (const { failure, retryInMs } of of(running, 'disconnected')) {
      expect(failure.code).toBe(code);
      expect(retryInMs).toBe(0);
    }
  });

  it('serves what it knows while every replica is behind, and goes on then', async () => {
    const running = await scene();
    await knows(running, 'resolved', 'a');
    for (const replica of running.replicas) replica.refuse(/watch/, { code: 'REGISTRY_BEHIND' });

    await inUse(running).goAway();

    await eventually(() => of(running, 'disconnected').some(({ retryInMs }) => retryInMs > 0));
    expect(running.resolver.current('product').state).toBe('stale');
    expect(ids(running.resolver.current('product'))).toBe('a');
    for (const replica of running.replicas) replica.refuse(/watch/, undefined);
    await knows(running, 'resolved', 'a');
  });

  it('asks every other replica before it reads a stream that begins before what it knows', async () => {
    const running = await scene();
    await knows(running, 'resolved', 'a');
    list(running.registry, 'b');
    await knows(running, 'resolved', 'a,b');
    const used = inUse(running);
    const others = running.replicas.filter((replica) => replica !== used);
    for (const replica of others) replica.claimRevision(0);

    await used.goAway();

    await eventually(() => of(running, 'connected').length === 2);
    const [, behind] = of(running, 'disconnected');
    expect(behind).toMatchObject({ failure: { code: 'REGISTRY_BEHIND' }, retryInMs: 0 });
    expect(inUse(running).url).not.toBe(behind?.registryUrl);
    await knows(running, 'resolved', 'a,b');
  });

  it('takes a stale stream when it finds no other, and shows since when it is', async () => {
    const running = await scene((replicas) => {
      for (const replica of replicas) replica.loseStore(HOUR_AGO);
    });

    await knows(running, 'stale', 'a');

    expect(running.resolver.current('product')).toMatchObject({ since: HOUR_AGO });
    expect(running.resolver.staleSince).toBe(HOUR_AGO);
    expect(of(running, 'disconnected')).toHaveLength(2);
    list(running.registry, 'b');
    await knows(running, 'stale', 'a,b');
  });

  it('leaves a stale stream as soon as another replica has a fresh one', async () => {
    const running = await scene((replicas) => {
      for (const replica of replicas) replica.loseStore(HOUR_AGO);
    });
    await knows(running, 'stale', 'a');
    const used = inUse(running);
    const [fresh] = running.replicas.filter((replica) => replica !== used);

    fresh?.loseStore(undefined);

    await knows(running, 'resolved', 'a');
    expect(inUse(running)).toBe(fresh);
  });

  it('is fresh again as soon as the only replica that is left has its store back', async () => {
    const running = await scene(async ([replica, ...others]) => {
      replica?.loseStore(HOUR_AGO);
      await Promise.all(others.map((other) => other.goAway()));
    });
    await knows(running, 'stale', 'a');

    inUse(running).loseStore(undefined);

    await knows(running, 'resolved', 'a');
    expect(running.resolver.staleSince).toBeUndefined();
  });
});
