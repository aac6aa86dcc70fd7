import { eventually } from '@rollcall/testing';
import type { FakeRegistry, FakeRegistryOptions } from '../src/testing';
import { createRegistrarScene, type Observed } from './registrar-scene';
import { startReplica, type Replica } from './replica';

const { startRegistry, observe, onCleanup, cleanUp } = createRegistrarScene();

afterEach(cleanUp);

const HEARTBEAT = /^\/heartbeat$/;
const SESSION = /\/session/;
const DETACHED = { code: 'REGISTRY_DETACHED' };
const BEHIND = { code: 'REGISTRY_BEHIND' };

interface Scene extends Observed {
  readonly registry: FakeRegistry;
  readonly replicas: readonly Replica[];
  /** The one that has registered it, and the others. */
  readonly used: Replica;
  readonly others: readonly Replica[];
}

/** Registered at one of several replicas, with a session there. */
async function registered(options: FakeRegistryOptions & { readonly size?: number } = {}): Promise<Scene> {
  const registry = await startRegistry(options);
  const replicas = await Promise.all(Array.from({ length: options.size ?? 2 }, () => startReplica(registry)));
  for (const replica of replicas) onCleanup(() => replica.goAway());
  const observed = observe({ registryUrls: replicas.map(({ url }) => url) });
  await observed.registrar.start();
  const { registryUrl } = await observed.seen('registered');
  await observed.seen('session_opened');
  const used = replicas.find(({ url }) => url === registryUrl);
  if (used === undefined) throw new Error(`registered at ${registryUrl}, which is no replica`);
  return { ...observed, registry, replicas, used, others: replicas.filter((replica) => replica !== used) };
}

const sessionsAt = ({ events }: Observed): string[] =>
  events.flatMap((event) => (event.type === 'session_opened' ? [event.registryUrl] : []));
const failuresIn = ({ events }: Observed) =>
  events.flatMap((event) => (event.type === 'registry_unavailable' ? [event] : []));
const heartbeatsAt = (replica: Replica): number =>
  replica.calls().filter(({ call }) => call === 'POST /heartbeat').length;
const registrations = ({ registry }: Scene): number => registry.calls('/register').length;

describe('an instance of several replicas', () => {
  it.each<[string, (replica: Replica) => unknown, string, RegExp?]>([
    ['has gone', (replica) => replica.goAway(), 'ECONNREFUSED'],
    ['hangs', (replica) => replica.hang(), 'ETIMEDOUT', /within 800 ms/],
    ['has lost its store', (replica) => replica.refuse(HEARTBEAT, DETACHED), 'REGISTRY_DETACHED'],
    ['is behind', (replica) => replica.refuse(HEARTBEAT, BEHIND), 'REGISTRY_BEHIND'],
    ['is closing', (replica) => replica.refuse(HEARTBEAT, { code: 'REGISTRY_CLOSING' }), 'REGISTRY_CLOSING'],
  ])(
    'goes on at the next one when its own %s, as the same incarnation',
    async (_how, fail, code, message = /./) => {
      const scene = await registered();
      const identity = scene.registrar.identity();

      await fail(scene.used);

      const [other] = scene.others;
      await eventually(() => heartbeatsAt(other as Replica) > 2);
      await eventually(() => sessionsAt(scene).at(-1) === other?.url);
      const failure = failuresIn(scene).at(-1);
      expect(failure).toMatchObject({ during: 'heartbeat', failure: { code }, retryInMs: 0 });
      expect(failure?.failure.message).toMatch(message);
      expect(scene.registrar.identity()).toEqual(identity);
      expect(registrations(scene)).toBe(1);
      expect(scene.registrar.state().phase).toBe('registered');
    },
  );

  it('opens its session where its heartbeats have gone, and is never suspect meanwhile', async () => {
    const scene = await registered();
    const statuses = new Set<string | undefined>();
    const note = setInterval(() => statuses.add(scene.registry.instances()[0]?.status), 1);
    onCleanup(() => Promise.resolve(clearInterval(note)));

    scene.used.refuse(HEARTBEAT, DETACHED);

    await eventually(() => sessionsAt(scene).length === 2);
    expect(sessionsAt(scene)).toEqual([scene.used.url, scene.others[0]?.url]);
    await eventually(() => statuses.size > 0 && scene.registry.openSessions === 1);
    expect(scene.events.filter(({ type }) => type === 'session_lost')).toEqual([]);
    expect([...statuses]).toEqual(['up']);
  });

  it('comes back when the other one fails as well', async () => {
    const scene = await registered();
    const [other] = scene.others;
    scene.used.refuse(HEARTBEAT, DETACHED);
    await eventually(() => sessionsAt(scene).length === 2);

    scene.used.refuse(HEARTBEAT, undefined);
    await other?.goAway();

    await eventually(() => sessionsAt(scene).at(-1) === scene.used.url);
    expect(registrations(scene)).toBe(1);
  });

  it('opens no session at a replica without a store, and is listed by heartbeats alone meanwhile', async () => {
    const registry = await startRegistry();
    const replica = await startReplica(registry);
    onCleanup(() => replica.goAway());
    replica.refuse(SESSION, DETACHED);
    const { registrar, seen } = observe({ registryUrls: [replica.url] });

    await registrar.start();
    await eventually(() => replica.calls().filter(({ call }) => call.includes('/session')).length > 1);
    await eventually(() => heartbeatsAt(replica) > 1);
    replica.refuse(SESSION, undefined);

    await seen('session_opened');
  });

  it('waits its usual interval once every replica has lost its store', async () => {
    const scene = await registered({ size: 3 });
    for (const replica of scene.replicas) replica.refuse(HEARTBEAT, { ...DETACHED, retryAfterSeconds: 1 });

    // Before the first answer the interval is 2 s; the back-off would be a tenth of a second.
    const round = await eventually(() => (failuresIn(scene).length >= 3 ? failuresIn(scene) : undefined));

    expect(round.slice(0, 3).map(({ retryInMs }) => retryInMs === 0)).toEqual([true, true, false]);
    expect(round[2]?.retryInMs).toBeGreaterThan(1500);
    for (const replica of scene.replicas) replica.refuse(HEARTBEAT, undefined);
    await eventually(() => scene.replicas.some((replica) => heartbeatsAt(replica) > 1));
    expect(registrations(scene)).toBe(1);
  });

  it.each([
    ['as long as a registry asks for', 1, 900, 1100],
    ['but not longer than its interval', 300, 1500, 2300],
  ])('waits with its next heartbeat %s', async (_what, retryAfterSeconds, least, most) => {
    const scene = await registered({ size: 1 });

    scene.used.refuse(HEARTBEAT, { code: 'STORE_OVERLOADED', retryAfterSeconds });

    const [failure] = await eventually(() => (failuresIn(scene).length > 0 ? failuresIn(scene) : undefined));
    expect(failure?.retryInMs).toBeGreaterThan(least);
    expect(failure?.retryInMs).toBeLessThan(most);
  });

  it('does not take a replica that is behind for one that knows it no more', async () => {
    const scene = await registered({ size: 3 });
    const epoch = scene.registrar.identity()?.epoch;

    for (const replica of scene.replicas) replica.refuse(/heartbeat|session|register/, BEHIND);
    await eventually(() => failuresIn(scene).length > 3);
    expect(scene.registrar.identity()?.epoch).toBe(epoch);
    for (const replica of scene.replicas) replica.refuse(/heartbeat|session|register/, undefined);

    const before = scene.replicas.map(heartbeatsAt).reduce((sum, count) => sum + count);
    await eventually(() => scene.replicas.map(heartbeatsAt).reduce((sum, count) => sum + count) > before + 2);
    expect(registrations(scene)).toBe(1);
    expect(scene.events.map(({ type }) => type)).not.toContain('registration_lost');
    expect(scene.events.map(({ type }) => type)).not.toContain('superseded');
  });

  it('drains at the next replica when its own has lost its store', async () => {
    const scene = await registered();
    scene.used.refuse(/\/drain/, { code: 'STORE_UNAVAILABLE' });

    await scene.registrar.stop();

    const drained = scene.events.find(({ type }) => type === 'drained');
    expect(drained).toMatchObject({ complete: true, registryUrl: scene.others[0]?.url });
  });

  it('drains at the next replica when its own dies during the drain', async () => {
    const scene = await registered();
    const path = `/instances/${scene.registrar.identity()?.instance_id}/drain`;
    const release = scene.registry.holdCalls(path);
    const asked = (replica: Replica | undefined) =>
      replica?.calls().some(({ call }) => call.includes('/drain'));

    const stopped = scene.registrar.stop();
    await eventually(() => asked(scene.used));
    await scene.used.goAway();
    await eventually(() => asked(scene.others[0]));
    release();
    await stopped;

    const drained = scene.events.find(({ type }) => type === 'drained');
    expect(drained).toMatchObject({ complete: true, registryUrl: scene.others[0]?.url });
    expect(scene.registry.instances()).toEqual([]);
  });

  it('leaves the list although the replica that registered it has died', async () => {
    const scene = await registered();

    await scene.registrar.stop({ whenIdle: () => scene.used.goAway() });

    expect(scene.registry.instances()).toEqual([]);
    expect(scene.events.slice(-2)).toMatchObject([
      { type: 'deregistered', registryUrl: scene.others[0]?.url },
      { type: 'stopped' },
    ]);
  });
});
