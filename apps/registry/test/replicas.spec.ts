import { randomUUID } from 'node:crypto';
import type {
  DiscoverResponse,
  DrainResponse,
  EventsResponse,
  ExplainResponse,
  Instance,
  RegistryResponse,
} from '@rollcall/contracts';
import { createFakeClock, eventually, type FakeClock } from '@rollcall/testing';
import type { Prober } from '../src/ports/prober';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import type { EngineReplica } from './doubles/shared-engine/engine-replica';
import { createSharedEngine } from './doubles/shared-engine/shared-engine';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

/** A registry over an engine that it shares, and its way there. */
interface Replica extends RunningRegistry {
  readonly engine: EngineReplica;
  readonly linesOf: RecordingLogger['linesOf'];
}

const PRODUCT = { service_name: 'product', instance_id: 'p-1', url: 'http://10.0.0.1:1' };

let clock: FakeClock;
/** The addresses that each replica has connected back to. */
let connectedTo: Map<string, string[]>;
let one: Replica;
let other: Replica;

beforeEach(async () => {
  clock = createFakeClock();
  connectedTo = new Map();
  const shared = createSharedEngine(clock);
  const start = async (name: string): Promise<Replica> => {
    const engine = shared.replica(name);
    const { store, group } = engine;
    const { logger, linesOf } = createRecordingLogger();
    const addresses: string[] = [];
    connectedTo.set(name, addresses);
    const connectBackProber: Prober = {
      async probe({ registration: { url } }) {
        addresses.push(url);
        return 'refused';
      },
    };
    const running = await startRegistry({}, { clock, logger, store, group, connectBackProber });
    return { ...running, engine, linesOf };
  };
  one = await start('one');
  other = await start('other');
  // The subscribers of before would have found back by now.
  await clock.advance(5000);
});

afterEach(async () => {
  for (const { engine } of [one, other]) engine.restore();
  await clock.advance(3000);
  for (const replica of [one, other]) await replica.stop();
});

/** A registration at the first that the second has not been told of. */
async function registeredBehind(delayMs: number): Promise<Instance> {
  other.engine.delayMs = delayMs;
  return (await one.post<Instance>('/register', PRODUCT)).body;
}

/** Moves the time on once the call waits for what the replica has not been told of. */
async function after<T>(ms: number, call: Promise<T>, delayMs = 0): Promise<T> {
  await eventually(() => other.engine.waiting > 0);
  // Of what happens from now on it is told in that time.
  other.engine.delayMs = delayMs;
  await clock.advance(ms);
  return await call;
}

type Ask = (instance: Instance) => Promise<{ readonly status: number; readonly body?: unknown }>;

const json = { 'content-type': 'application/json' };
const asks: readonly (readonly [string, number, Ask])[] = [
  ['a heartbeat by its id', 200, () => other.post('/heartbeat', { instance_id: 'p-1' })],
  [
    'a heartbeat by its address',
    200,
    () => other.post('/heartbeat', { service_name: 'product', url: PRODUCT.url }),
  ],
  ['a heartbeat by its epoch', 200, ({ epoch }) => other.post('/heartbeat', { instance_id: 'p-1', epoch })],
  ['a deregistration', 204, ({ epoch }) => other.post('/deregister', { instance_id: 'p-1', epoch })],
  ['a deregistration without an epoch', 204, () => other.post('/deregister', { instance_id: 'p-1' })],
  ['a session', 200, ({ epoch }) => other.stream(`/instances/p-1/session?epoch=${epoch}`)],
  ['a drain', 200, ({ epoch }) => other.post('/instances/p-1/drain?wait_ms=0', { epoch })],
  ['the progress of a drain', 200, ({ epoch }) => other.get(`/instances/p-1/drain?epoch=${epoch}`)],
  [
    'an override',
    200,
    () =>
      other.call('PUT', '/instances/p-1/override', {
        headers: json,
        body: JSON.stringify({ status: 'out_of_service', reason: 'new disk' }),
      }),
  ],
  [
    'a discovery with an index',
    200,
    ({ revision }) => other.get(`/discover/product?index=${revision}&wait=0`),
  ],
];

describe('a replica that has not been told of an instance yet', () => {
  it.each(asks)('waits for it: %s', async (_what, status, ask) => {
    const instance = await registeredBehind(700);
    const answer = await after(700, ask(instance));
    expect(answer.status).toBe(status);
    if (status === 204) await eventually(async () => (await listedAt(one)).length === 0);
    else expect(await listedAt(other)).toEqual(['p-1']);
  });

  it.each(asks)(
    'says so after two seconds, and nothing about the instance: %s',
    async (_what, _status, ask) => {
      const instance = await registeredBehind(60_000);
      const answer = await after(2000, ask(instance), 60_000);
      expect(answer.status).toBe(503);
      if ('body' in answer) expect(answer.body).toMatchObject({ code: 'REGISTRY_BEHIND' });
      expect(await other.metrics()).toMatch(/^rollcall_registry_behind_total\{.*\} 1$/m);
      expect(await one.metrics()).toMatch(/^rollcall_registry_behind_total\{.*\} 0$/m);
      expect(await listedAt(one)).toEqual(['p-1']);
    },
  );

  it('says that one is unknown which no replica has', async () => {
    expect(await other.post('/heartbeat', { instance_id: 'nobody' })).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
    const { epoch } = (await one.post<Instance>('/register', PRODUCT)).body;
    await clock.advance(0);
    expect(await other.post('/heartbeat', { instance_id: 'p-1', epoch: epoch - 1 })).toMatchObject({
      status: 409,
      body: { code: 'EPOCH_MISMATCH' },
    });
  });

  it('goes on with a stream where another replica has left off, and never before that', async () => {
    const stream = await one.watch('services=product');
    await stream.take(3);
    await registeredBehind(700);
    const [delta] = await stream.take(1);
    const resumed = await after(700, other.watch('services=product', delta?.id));
    const [hello, synced] = await resumed.take(2);
    expect(hello).toMatchObject({ event: 'hello', data: { resumed: true } });
    expect(synced).toMatchObject({ event: 'synced', data: { revision: (delta?.data as Instance).revision } });
  });
});

async function listedAt(replica: Replica): Promise<string[]> {
  const { body } = await replica.get<DiscoverResponse>('/discover/product?status=any');
  return body.instances.map(({ instance_id: id }) => id);
}

describe('GET /registry', () => {
  it('says which replica answers, which one leads, and who else is there', async () => {
    const [first, second] = await Promise.all(
      [one, other].map(async ({ get }) => (await get<RegistryResponse>('/registry')).body.replica),
    );
    const seen = (id: string) => ({ id, url: expect.any(String), version: '1' });
    expect(first).toEqual({ id: 'one', leader: true, stale_since: null, others: [seen('other')] });
    expect(second).toEqual({ id: 'other', leader: false, stale_since: null, others: [seen('one')] });
  });

  it('has no replica of a registry with a store of its own', async () => {
    const alone = await startRegistry();
    expect((await alone.get('/registry')).body).not.toHaveProperty('replica');
    await alone.stop();
  });
});

describe('which replica knows what', () => {
  const knowing = async (replica: Replica) =>
    (await replica.get<ExplainResponse>('/explain/product')).body.instances[0]?.replicas;

  async function bothKnow(expected: {
    last_heartbeat: string | null;
    session: string | null;
  }): Promise<void> {
    for (const replica of [one, other])
      await eventually(async () => {
        await clock.advance(100);
        expect(await knowing(replica)).toEqual(expected);
        return true;
      });
  }

  it('is in /explain, of the last heartbeat and of the session, and the same at both', async () => {
    const { body: instance } = await one.post<Instance>('/register', PRODUCT);
    await bothKnow({ last_heartbeat: null, session: null });

    const { instance_id, epoch } = instance;
    const session = await other.stream(`/instances/p-1/session?epoch=${epoch}`);
    await other.post('/heartbeat', { instance_id, epoch });
    await bothKnow({ last_heartbeat: 'other', session: 'other' });

    await one.post('/heartbeat', { instance_id, epoch });
    await bothKnow({ last_heartbeat: 'one', session: 'other' });
    const moved = await one.stream(`/instances/p-1/session?epoch=${epoch}`);
    await bothKnow({ last_heartbeat: 'one', session: 'one' });
    moved.close();
    await bothKnow({ last_heartbeat: 'one', session: null });
    session.close();
  });

  it('is in /events: who made the change, at both', async () => {
    await one.post('/register', PRODUCT);
    await eventually(async () => (await listedAt(other)).length === 1);
    await other.post('/deregister', { instance_id: 'p-1' });
    await eventually(async () => (await listedAt(one)).length === 0);
    for (const { get } of [one, other])
      expect((await get<EventsResponse>('/events')).body.events).toMatchObject([
        { type: 'registered', replica: 'one' },
        { type: 'deregistered', replica: 'other' },
      ]);
  });

  it('is nowhere in a registry with a store of its own', async () => {
    const alone = await startRegistry();
    await alone.post('/register', PRODUCT);
    const explained = (await alone.get<ExplainResponse>('/explain/product')).body.instances;
    expect(explained).toHaveLength(1);
    expect(explained[0]).not.toHaveProperty('replicas');
    const { events } = (await alone.get<EventsResponse>('/events')).body;
    expect(events).toHaveLength(1);
    expect(events[0]).not.toHaveProperty('replica');
    await alone.stop();
  });
});

describe('connecting back', () => {
  const warningsAt = async (replica: Replica): Promise<number | undefined> =>
    (await replica.get<ExplainResponse>('/explain/product')).body.instances[0]?.warnings.length;

  it('is for the replica that took the registration, and so is the warning', async () => {
    await one.post('/register', PRODUCT);
    await clock.advance(1000);
    await eventually(async () => (await warningsAt(one)) === 1);
    expect([connectedTo.get('one'), connectedTo.get('other')]).toEqual([[PRODUCT.url], []]);
    expect(await warningsAt(other)).toBe(0);
  });

  it('follows an instance that registers anew to the replica where it does', async () => {
    await one.post('/register', PRODUCT);
    await clock.advance(100);
    const moved = { ...PRODUCT, url: 'http://10.0.0.2:2' };
    expect((await other.post('/register', moved)).status).toBe(201);
    await clock.advance(1000);
    await eventually(async () => (await warningsAt(other)) === 1);
    expect([connectedTo.get('one'), connectedTo.get('other')]).toEqual([[], [moved.url]]);
  });

  it('is not begun by a registration that stands already', async () => {
    await one.post('/register', PRODUCT);
    await clock.advance(100);
    expect((await other.post('/register', PRODUCT)).status).toBe(200);
    await clock.advance(1000);
    await eventually(async () => (await warningsAt(one)) === 1);
    expect([connectedTo.get('one'), connectedTo.get('other')]).toEqual([[PRODUCT.url], []]);
  });
});

describe('a replica that has lost its store', () => {
  async function detached(): Promise<number> {
    const { epoch } = (await one.post<Instance>('/register', PRODUCT)).body;
    await clock.advance(100);
    other.engine.cutOff();
    await clock.advance(8500);
    return epoch;
  }

  it('answers reads, and refuses what the others would not learn of', async () => {
    const epoch = await detached();
    expect(await listedAt(other)).toEqual(['p-1']);
    expect(await other.post('/heartbeat', { instance_id: 'p-1' })).toMatchObject({
      status: 503,
      body: { code: 'REGISTRY_DETACHED' },
    });
    expect((await other.post('/heartbeat', { instance_id: 'p-1' })).headers.get('retry-after')).toBe('1');
    // Registering again as what it is counts as a heartbeat.
    expect((await other.post('/register', PRODUCT)).status).toBe(503);
    const session = await other.stream(`/instances/p-1/session?epoch=${epoch}`);
    expect(session.status).toBe(503);
    expect(await other.metrics()).toMatch(/^rollcall_registry_attached\{.*\} 0$/m);
    expect((await other.get('/readyz')).status).toBe(503);
    expect((await other.get('/livez')).status).toBe(200);
    // The store tells of it once, and not of each of thousands that are turned away.
    expect(other.linesOf('request_failed')).toEqual([]);
  });

  it('says since when its answers may be out of date, and no longer once it has its store again', async () => {
    interface Health {
      readonly checks: Readonly<Record<string, readonly { readonly output?: string }[]>>;
    }
    const replicaOf = async (replica: Replica): Promise<RegistryResponse['replica']> =>
      (await replica.get<RegistryResponse>('/registry')).body.replica;
    const before = clock.moment().epochMs;
    await detached();
    const { stale_since: since = 0 } = (await other.get<DiscoverResponse>('/discover/product')).body;
    expect(since).toBeGreaterThan(before);
    expect(since).toBeLessThanOrEqual(clock.moment().epochMs);
    expect((await replicaOf(other))?.stale_since).toBe(since);
    const { checks } = (await other.get<Health>('/health')).body;
    expect(checks['store']?.[0]?.output).toContain(`stale_since ${since}`);
    expect((await one.get('/discover/product')).body).not.toHaveProperty('stale_since');
    expect((await replicaOf(one))?.stale_since).toBeNull();

    other.engine.restore();
    await clock.advance(4000);
    await eventually(async () => (await replicaOf(other))?.stale_since === null);
    expect((await other.get('/discover/product')).body).not.toHaveProperty('stale_since');
    expect((await other.get<Health>('/health')).body.checks['store']?.[0]).toEqual({ status: 'pass' });
  });

  it('ends its streams once, and tells those that come all the same since when they are out of date', async () => {
    const stream = await other.watch('services=product');
    await detached();
    await stream.ended;
    const stale = await other.watch('services=product');
    const [hello] = await stale.take(1);
    expect(hello?.data).toMatchObject({ stale_since: expect.any(Number) });
    other.engine.restore();
    await clock.advance(4000);
    await stale.ended;
    const fresh = await other.watch('services=product');
    const [again] = await fresh.take(1);
    expect(again?.data).not.toHaveProperty('stale_since');
    expect((await other.post('/heartbeat', { instance_id: 'p-1' })).status).toBe(200);
    expect((await other.get('/readyz')).status).toBe(200);
    expect(await other.metrics()).toMatch(/^rollcall_registry_attached\{.*\} 1$/m);
  });
});

describe('a drain over two replicas', () => {
  async function subscribe(replica: Replica): Promise<{
    readonly id: string;
    readonly stream: SseStream;
    ack(revision: number): Promise<Answer<unknown>>;
  }> {
    const id = randomUUID();
    const stream = await replica.watch(`services=product&subscriber=${id}`);
    const opening = await stream.take(3);
    const { stream_secret } = opening[0]?.data as { stream_secret: string };
    return {
      id,
      stream,
      ack: (revision) => replica.post('/acks', { subscriber: id, stream_secret, revision }),
    };
  }

  const progress = async (): Promise<DrainResponse> =>
    (await one.get<DrainResponse>('/instances/p-1/drain')).body;

  beforeEach(async () => {
    await one.post('/register', PRODUCT);
    await clock.advance(100);
  });

  it('is complete once the subscribers of both have acknowledged', async () => {
    const here = await subscribe(one);
    const there = await subscribe(other);
    const answer = one.post<DrainResponse>('/instances/p-1/drain?wait_ms=60000', {});
    const [delta] = await here.stream.take(1);
    const { revision } = delta?.data as { revision: number };
    await clock.advance(100);
    expect(new Set((await progress()).missing).size).toBe(2);
    await here.ack(revision);
    await clock.advance(100);
    expect(await progress()).toMatchObject({ complete: false, acked: [expect.any(String)] });
    await there.ack(revision);
    await clock.advance(100);
    const { body } = await answer;
    expect(body).toMatchObject({ complete: true, missing: [], revision });
    expect(body.acked).toHaveLength(2);
    expect(body.subscribers.every(({ acked, connected }) => acked && connected)).toBe(true);
  });

  it('waits for a replica that has not said anything yet', async () => {
    other.engine.delayMs = 20_000;
    const { body } = await one.post<DrainResponse>('/instances/p-1/drain?wait_ms=0', {});
    expect(body.complete).toBe(false);
    await clock.advance(1000);
    expect((await progress()).complete).toBe(false);
    other.engine.delayMs = 0;
    await clock.advance(3000);
    expect((await progress()).complete).toBe(true);
  });

  it('counts a subscriber that has moved to another replica once, where it acknowledges', async () => {
    const there = await subscribe(other);
    await one.post('/instances/p-1/drain?wait_ms=0', {});
    there.stream.close();
    const stream = await one.watch(`services=product&subscriber=${there.id}`);
    const [hello] = await stream.take(3);
    const { stream_secret, revision } = hello?.data as { stream_secret: string; revision: number };
    await one.post('/acks', { subscriber: there.id, stream_secret, revision });
    await clock.advance(100);
    await eventually(async () => (await progress()).complete);
    expect((await progress()).acked).toHaveLength(1);
  });

  it('gives the subscribers of a replica that dies the time to come back', async () => {
    await subscribe(other);
    await one.post('/instances/p-1/drain?wait_ms=0', {});
    await clock.advance(100);
    other.engine.kill();
    await eventually(async () => {
      await clock.advance(500);
      return one.engine.group.others.size === 0;
    });
    expect((await progress()).complete).toBe(false);
    await clock.advance(4000);
    expect((await progress()).complete).toBe(false);
    await clock.advance(1100);
    expect((await progress()).complete).toBe(true);
  });
});

describe('the changes that several registries count', () => {
  const countedBy = async ({ metrics }: Replica, type: string): Promise<number> =>
    Number(
      new RegExp(`^rollcall_registry_instance_changes_total\\{type="${type}".*\\} (\\d+)$`, 'm').exec(
        await metrics(),
      )?.[1] ?? 0,
    );

  it('are each counted by the one that made it', async () => {
    const { body: instance } = await one.post<Instance>('/register', PRODUCT);
    await eventually(async () => (await listedAt(other)).length === 1);
    const { instance_id, epoch } = instance;
    expect((await other.post('/deregister', { instance_id, epoch })).status).toBe(204);
    await eventually(async () => (await listedAt(one)).length === 0);
    expect([await countedBy(one, 'registered'), await countedBy(other, 'registered')]).toEqual([1, 0]);
    expect([await countedBy(one, 'deregistered'), await countedBy(other, 'deregistered')]).toEqual([0, 1]);
  });
});
