import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CatalogEvent,
  DrainProgress,
  DrainResponse,
  Instance,
  RegistryResponse,
  WatchHello,
} from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createReachability } from './doubles/reachability';
import { openSession } from './doubles/open-session';
import { startProbedInstance } from './doubles/probed-instance';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { SseEvent } from './sse-parser';
import type { SseOpening, SseStream } from './sse-stream';

const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };
const order = { service_name: 'order', url: 'http://10.0.0.2:8081', instance_id: 'o-1' };

let registry: RunningRegistry;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(...options: Parameters<typeof startRegistry>): Promise<void> {
  registry = await startRegistry(...options);
  closing.push(() => registry.stop());
}

async function open(query = '', opening: SseOpening = {}): Promise<SseStream> {
  const stream = await registry.stream(`/live${query}`, opening);
  closing.push(() => stream.close());
  return stream;
}

/** All that has come once an event has that is asked for, however many rounds that takes. */
async function until(stream: SseStream, isLast: (event: SseEvent) => boolean): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  await eventually(async () => {
    events.push(...(await stream.take(stream.waiting)));
    if (events.some(isLast)) return true;
    await registry.clock.advance(100);
    return false;
  });
  return events;
}

const ofType = (type: string) => (event: SseEvent) => event.event === type;
const types = (events: readonly SseEvent[]) => events.map(({ event }) => event);
const opened = (stream: SseStream) => until(stream, ofType('registry'));
const register = (instance: object) => registry.post<Instance>('/register', instance);
const override = (id: string) =>
  registry.call('PUT', `/instances/${id}/override`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'out_of_service', reason: 'looked at' }),
  });
/** What the changes' events and the changes are, without what is said in between. */
const changes = (events: readonly SseEvent[]) =>
  events
    .filter(({ event }) => event === 'event' || event === 'delta')
    .map(({ event, data }) => [event, (data as CatalogEvent).revision]);

describe('the stream for people', () => {
  beforeEach(() => start());

  it('begins as a watch does, and goes on with what is so at the moment', async () => {
    await register(product);
    const events = await opened(await open());
    expect(types(events)).toEqual(['hello', 'snapshot', 'synced', 'guard', 'traffic', 'registry']);
    expect(events.at(-3)?.data).toEqual({ guards: [] });
    expect(events.at(-1)?.data).toEqual((await registry.get('/registry')).body);
  });

  it('has the events of every change right before the change, as /events has them', async () => {
    const stream = await open();
    await opened(stream);
    const { body: first } = await register(product);
    await override('p-1');
    await registry.post('/deregister', product);
    const events = await until(stream, ({ data }) => (data as { removed?: string[] }).removed?.[0] === 'p-1');
    const [from] = [first.revision];
    expect(changes(events)).toEqual(
      [from, from + 1, from + 2].flatMap((revision) => [
        ['event', revision],
        ['delta', revision],
      ]),
    );
    const { events: kept } = (await registry.get<{ events: CatalogEvent[] }>('/events')).body;
    expect(events.filter(ofType('event')).map(({ data }) => data)).toEqual(kept);
  });

  it('says traffic and the state of the registry anew every two seconds', async () => {
    const stream = await open();
    await opened(stream);
    await registry.clock.advance(4000);
    const events = await stream.take(4);
    expect(types(events)).toEqual(['traffic', 'registry', 'traffic', 'registry']);
    const [one, other] = events
      .filter(ofType('registry'))
      .map(({ data }) => (data as RegistryResponse).uptime_seconds);
    expect((other ?? 0) - (one ?? 0)).toBe(2);
  });

  it('of a list of names has nothing of other services', async () => {
    await register(order);
    const stream = await open('?services=product,cart');
    const opening = await opened(stream);
    expect(types(opening)).toEqual([
      'hello',
      'snapshot',
      'snapshot',
      'synced',
      'guard',
      'traffic',
      'registry',
    ]);
    await override('o-1');
    await registry.post('/instances/o-1/drain?wait_ms=0', {});
    await register(product);
    const events = await until(stream, ofType('delta'));
    expect(new Set(events.map(({ data }) => (data as CatalogEvent).service_name ?? 'none'))).toEqual(
      new Set(['product', ...(events.some(ofType('registry')) ? ['none'] : [])]),
    );
    expect(events.some(ofType('drain'))).toBe(false);
  });

  it('answers a HEAD, and refuses what is no list of names', async () => {
    expect((await registry.call('HEAD', '/live')).status).toBe(200);
    expect((await registry.get('/live?services=a,b/c')).status).toBe(400);
  });

  it('tells of what changed nothing too: an instance that was turned away', async () => {
    const holder = await startProbedInstance();
    closing.push(() => holder.die());
    const { body } = await register({ ...product, url: holder.url });
    holder.answerAs(`p-1/${body.epoch}`);
    const session = await openSession(registry, body);
    closing.push(() => session.close());
    const stream = await open();
    const opening = await opened(stream);
    const lastEventId = opening.find(ofType('synced'))?.id;
    expect((await register({ ...product, url: holder.url, instance_id: 'p-2' })).status).toBe(409);
    const told = await until(stream, ofType('event'));
    expect(told.find(ofType('event'))?.data).toMatchObject({ type: 'address_taken', instance_id: 'p-2' });

    const again = await open('', { lastEventId });
    const resumed = await opened(again);
    expect(resumed.find(ofType('event'))?.data).toEqual(told.find(ofType('event'))?.data);
  });
});

describe('a stream that goes on where it was', () => {
  beforeEach(() => start());

  it.each(['', '?services=product'])(
    'has what happened meanwhile, events and changes, once (%s)',
    async (query) => {
      await register(product);
      const stream = await open(query);
      await opened(stream);
      await override('p-1');
      const lastEventId = (await until(stream, ofType('delta'))).find(ofType('delta'))?.id;
      stream.close();
      await register({ ...product, instance_id: 'p-3', url: 'http://10.0.0.3:8081' });
      await register(order);
      await registry.post('/deregister', product);

      const again = await open(query, { lastEventId });
      const events = await opened(again);
      expect(events[0]?.data).toMatchObject({ resumed: true });
      const { body } = await registry.get<{ events: CatalogEvent[] }>(
        `/events?since=${Number.parseInt(String(lastEventId), 10)}${query.replace('?services=', '&service=')}`,
      );
      expect(events.filter(ofType('event')).map(({ data }) => data)).toEqual(body.events);
      expect(changes(events)).toEqual(
        body.events.flatMap(({ revision }) => [
          ['event', revision],
          ['delta', revision],
        ]),
      );
    },
  );

  it('begins anew with an id of another list, and with one that it never made', async () => {
    await register(product);
    const lastEventId = (await opened(await open())).find(ofType('synced'))?.id;
    for (const [query, id] of [
      ['?services=product', lastEventId],
      ['', '1.1'],
      ['', 'x'],
    ] as const) {
      const [hello, next] = await opened(await open(query, { lastEventId: id }));
      expect([hello?.data, next?.event]).toEqual([expect.objectContaining({ resumed: false }), 'snapshot']);
    }
  });
});

describe('drains on the stream', () => {
  beforeEach(() => start());

  async function subscribe(as: string) {
    const subscriber = randomUUID();
    const stream = await registry.watch(`services=product&subscriber=${subscriber}&as=${as}`);
    closing.push(() => stream.close());
    const [hello] = await stream.take(1);
    const { stream_secret } = hello?.data as WatchHello;
    return {
      ack: (revision: number) => registry.post('/acks', { subscriber, stream_secret, revision }),
      leave: () => stream.close(),
    };
  }
  const drains = (events: readonly SseEvent[]) =>
    events.filter(ofType('drain')).map(({ data }) => data as DrainProgress);

  it('come as they are acknowledged, by name, and say what the call says that asks for one', async () => {
    await register(product);
    await register(order);
    const waiting = await subscribe('o-1');
    const stream = await open();
    await opened(stream);
    await registry.clock.advance(5000);
    await stream.take(stream.waiting);
    const { body } = await registry.post<DrainResponse>('/instances/p-1/drain?wait_ms=0', {});
    const begun = drains(await until(stream, ofType('drain'))).at(-1);
    expect(begun).toMatchObject({
      instance_id: 'p-1',
      draining: true,
      complete: false,
      subscribers: [{ acked: false, instance_id: 'o-1', service_name: 'order' }],
    });
    await waiting.ack(body.revision);
    const done = drains(await until(stream, ({ data }) => (data as DrainProgress).complete)).at(-1);
    expect(done).toMatchObject({
      complete: true,
      missing: [],
      subscribers: [{ acked: true, instance_id: 'o-1' }],
    });
    // Asked with every scope, that call has the subscriber's id: the stream has its pseudonym.
    const asked = (await registry.get<DrainProgress>('/instances/p-1/drain')).body;
    expect({ ...done, acked: [], subscribers: [] }).toEqual({ ...asked, acked: [], subscribers: [] });
    expect(done?.acked).toEqual([expect.stringMatching(/^subscriber-/)]);
  });

  it('are told of to who comes while they are under way, and no more once the instance has left', async () => {
    await register(product);
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    const stream = await open();
    expect(drains(await opened(stream))).toMatchObject([{ instance_id: 'p-1', acked: [], missing: [] }]);
    await registry.post('/deregister', product);
    await subscribe('o-1');
    const events = await until(stream, ofType('delta'));
    await registry.clock.advance(3000);
    await eventually(async () => {
      events.push(...(await stream.take(stream.waiting)));
      return events.filter(ofType('registry')).length > 0;
    });
    expect(drains(events).filter(({ complete }) => !complete)).toEqual([]);
  });

  it('never wait for who only looks', async () => {
    await register(product);
    await opened(await open());
    await opened(await open('?services=product'));
    await registry.clock.advance(5000);
    const { body } = await registry.post<DrainResponse>('/instances/p-1/drain?wait_ms=60000', {});
    expect(body).toMatchObject({ complete: true, acked: [], missing: [], subscribers: [] });
    expect((await registry.get('/registry')).body).toMatchObject({ watchers: { open: 0, subscribers: 0 } });
  });
});

describe('a guard on the stream', () => {
  it('is told of when it begins to hold and when it is released', async () => {
    const network = createReachability();
    await start({}, { prober: network.prober });
    const sessions: SseStream[] = [];
    for (let each = 0; each < 4; each += 1) {
      const url = `http://10.0.0.${each}:8081`;
      const { body } = await register({ service_name: 'product', url, instance_id: `p-${each}` });
      sessions.push(await openSession(registry, body));
    }
    closing.push(() => sessions.forEach((session) => session.close()));
    const stream = await open();
    await opened(stream);
    for (const [each, session] of sessions.slice(0, 3).entries()) {
      network.cutOff(`http://10.0.0.${each}:8081`);
      session.close();
    }
    const held = (count: number) => (event: SseEvent) =>
      event.event === 'guard' &&
      JSON.stringify((event.data as { guards: { held: number }[] }).guards.map((one) => one.held)) ===
        JSON.stringify(count === 0 ? [] : [count]);
    const events = await until(stream, held(3));
    expect(events.find(held(3))?.data).toMatchObject({ guards: [{ service_name: 'product' }] });
    await registry.post('/services/product/guard/release', {});
    await until(stream, held(0));
  });
});

describe('places on the stream', () => {
  it('are MAX_LIVE, and are free again once a reader has gone', async () => {
    await start({ MAX_LIVE: '2', FAIR_SHARES: 'false' });
    const first = await open();
    await open();
    const refused = await registry.get<{ code: string; detail: string }>('/live');
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'TOO_MANY_LIVE',
      '10',
    ]);
    expect(refused.body.detail).toMatch('at most 2 open streams of GET /live (MAX_LIVE)');
    expect((await registry.get('/registry')).body).toMatchObject({
      bounds: { MAX_LIVE: { used: 2, limit: 2 } },
    });
    first.close();
    await eventually(async () => (await open()).status === 200);
  });

  it('are given to bearers of `read`, for as long as they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-live-'));
    closing.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'tokens.json');
    const write = (scopes: readonly string[]) =>
      writeFile(file, JSON.stringify({ tokens: [{ name: 'who', token: 'who-token-of-a-spec', scopes }] }));
    await write(['read']);
    await start({ REGISTRY_TOKENS_FILE: file });
    expect((await registry.get('/live')).status).toBe(401);
    const stream = await open('', { token: 'who-token-of-a-spec' });
    await opened(stream);
    await write(['write:product']);
    await registry.clock.advance(5000);
    await stream.ended;
    expect((await open('', { token: 'who-token-of-a-spec' })).status).toBe(403);
  });

  it('end with the registry', async () => {
    await start();
    const stream = await open();
    await opened(stream);
    await registry.stop();
    await stream.ended;
  });
});
