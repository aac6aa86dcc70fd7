import { createUnreadAnswers } from '@rollcall/service-kit';
import fc from 'fast-check';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import { createReader, type Reader } from '../../test/doubles/reader';
import { createSseParser, type SseEvent } from '../../test/sse-parser';
import { createChangeLog } from '../catalog/changes/change-log';
import { describeInstance, toInstance, type InstanceRecord } from '../catalog/instance/instance-record';
import { createInstanceTexts } from '../catalog/instance/instance-texts';
import { applyEvent } from '../use-cases/apply-event';
import { register } from '../use-cases/register';
import { createChangeFeed } from './change-feed';
import { createDrainingServices } from './draining-services';
import { publishedChange, type PublishedChange } from './published-change';
import { createSubscriberAcknowledgements } from './subscriber-acknowledgements';
import { createWatchHub, type WatchHub } from './watch-hub';
import { watchListOf } from './watch-list';

interface Scene extends OpenCatalog {
  readonly hub: WatchHub;
  /** How often an instance was put into words. */
  readonly serialisations: number;
  /** Passes on to the readers what has been committed since. */
  publish(): void;
  add(service: string, port: number): Promise<void>;
  remove(service: string, port: number): Promise<void>;
}

const address = (port: number): string => `http://10.0.0.1:${port}`;

async function scene(options: { maxEntries?: number } = {}): Promise<Scene> {
  const open = await openCatalog();
  const { maxEntries = 100 } = options;
  const log = createChangeLog<PublishedChange>({ revision: 0, maxEntries, maxBytes: 1_000_000 });
  const feed = createChangeFeed(log, 0);
  let serialisations = 0;
  const toWire = (record: InstanceRecord) => {
    serialisations += 1;
    return toInstance(record, open.catalog.heardAt(record));
  };
  const texts = createInstanceTexts((record) => {
    serialisations += 1;
    return describeInstance(record);
  });
  const now = (): number => open.clock.moment().now;
  const hub = createWatchHub({
    catalog: open.catalog,
    feed,
    textOf: (record) => texts.of(record, open.catalog.heardAt(record)),
    now,
    acknowledgements: createSubscriberAcknowledgements(),
    draining: createDrainingServices(),
    isWarming: () => false,
    staleSince: () => undefined,
    unread: createUnreadAnswers({ maxBytes: 1_000_000, limitMs: 30_000, now }),
  });
  let published = 0;
  const publish = (): void => {
    for (; published < open.changes.length; published += 1) {
      const change = open.changes[published];
      if (change !== undefined) feed.publish(publishedChange(change, toWire, []));
    }
  };
  return {
    ...open,
    hub,
    publish,
    get serialisations() {
      return serialisations;
    },
    async add(service, port) {
      await register(
        open,
        { service_name: service, url: address(port), instance_id: `${service}-${port}` },
        'spec',
      );
      publish();
    },
    async remove(service, port) {
      const entry = open.catalog.entryAt(service, address(port));
      if (entry !== undefined) await applyEvent(open, entry, { type: 'deregistered' }, 'spec');
      publish();
    },
  };
}

/** Everything there is to read, one read after the other, as a client would have it. */
function readAll(reader: Reader): SseEvent[] {
  const parser = createSseParser();
  const events: SseEvent[] = [];
  while (reader.waiting > 0) events.push(...parser.push(reader.read()));
  return events;
}

const types = (events: readonly SseEvent[]): string[] => events.map(({ event }) => event);
const lastId = (events: readonly SseEvent[]): string | undefined =>
  events.findLast(({ id }) => id !== undefined)?.id;

const SUBSCRIBER = 'de305d54-75b4-431b-adb2-eb6b9e546014';

/** What the stream's first event says that it is. */
const secretIn = (text: string): string => /"stream_secret":"([^"]+)"/.exec(text)?.[1] ?? '';

function watch(
  hub: WatchHub,
  services: readonly string[] | '*',
  parts: { buffer?: number; lastEventId?: string } = {},
): Reader {
  const reader = createReader({ buffer: parts.buffer ?? 1_000_000 });
  hub.open({
    list: watchListOf(services),
    lastEventId: parts.lastEventId,
    subscriber: SUBSCRIBER,
    identity: 'spec',
    sink: reader.sink,
  });
  return reader;
}

describe('a stream', () => {
  it('begins with hello, a snapshot a service, and synced; then come the changes', async () => {
    const { hub, add } = await scene();
    await add('product', 1);
    const reader = watch(hub, ['product', 'order']);
    const opening = readAll(reader);
    expect(types(opening)).toEqual(['hello', 'snapshot', 'snapshot', 'synced']);
    expect(opening[1]?.data).toMatchObject({ service_name: 'product', revision: 1 });
    expect(opening[2]?.data).toEqual({ service_name: 'order', revision: 0, instances: [] });

    await add('order', 2);
    expect(readAll(reader)).toMatchObject([
      { event: 'delta', data: { service_name: 'order', prev_revision: 0, revision: 2, removed: [] } },
    ]);
  });

  it('has no id before it is complete, or a reader who loses it would go on from what it never had', async () => {
    const { hub, add } = await scene();
    await add('product', 1);
    const opening = readAll(watch(hub, '*'));
    expect(opening.map(({ id }) => id !== undefined)).toEqual([false, false, true]);
    expect(lastId(opening)).toMatch(/^1\./);
  });

  it('carries only what is on its list', async () => {
    const { hub, add } = await scene();
    const reader = watch(hub, ['product']);
    readAll(reader);
    await add('order', 1);
    expect(readAll(reader)).toEqual([]);
  });

  it('of everything tells of services that come and go', async () => {
    const { hub, add, remove } = await scene();
    const reader = watch(hub, '*');
    expect(types(readAll(reader))).toEqual(['hello', 'synced']);
    await add('product', 1);
    await remove('product', 1);
    expect(readAll(reader)).toMatchObject([
      { data: { prev_revision: 0, revision: 1, removed: [] } },
      { data: { prev_revision: 1, revision: 2, upserted: [], removed: ['product-1'] } },
    ]);
    // Empty now, but its next change will follow on revision 2.
    expect(readAll(watch(hub, '*'))).toMatchObject([
      { event: 'hello' },
      { event: 'snapshot', data: { service_name: 'product', revision: 2, instances: [] } },
      { event: 'synced' },
    ]);
  });

  it('costs one serialisation a change, and one an instance that stands, whatever the number of readers', async () => {
    const watched = await scene();
    for (const port of [1, 2, 3]) await watched.add('product', port);
    const before = watched.serialisations;
    const readers = Array.from({ length: 200 }, () => watch(watched.hub, '*'));
    expect(watched.serialisations - before).toBe(3);

    readers.forEach(readAll);
    await watched.add('order', 4);
    expect(watched.serialisations - before).toBe(4);
    expect(new Set(readers.map((reader) => reader.read())).size).toBe(1);
    expect(readAll(watch(watched.hub, ['order']))[1]?.data).toMatchObject({
      instances: [{ instance_id: 'order-4' }],
    });
    expect(watched.serialisations - before).toBe(5);
  });

  it('is forgotten when its reader goes', async () => {
    const { hub, add } = await scene();
    const reader = watch(hub, '*');
    expect(hub.count).toBe(1);
    reader.close();
    expect(hub.count).toBe(0);
    await add('product', 1);
  });

  it('is ended in order when the registry goes', async () => {
    const { hub, add } = await scene();
    const reader = watch(hub, '*');
    hub.end();
    expect(reader.state).toBe('ended');
    await add('product', 1);
  });
});

describe('a reader who comes back', () => {
  it('is told what it missed, and nothing else', async () => {
    const { hub, add } = await scene();
    await add('product', 1);
    const before = lastId(readAll(watch(hub, ['product'])));
    await add('product', 2);
    await add('order', 3);
    await add('product', 4);

    const events = readAll(watch(hub, ['product'], { lastEventId: before ?? '' }));
    expect(types(events)).toEqual(['hello', 'delta', 'delta', 'synced']);
    expect(events[0]?.data).toMatchObject({ resumed: true, revision: 4 });
    expect(events.slice(1, 3)).toMatchObject([
      { data: { prev_revision: 1, revision: 2 } },
      { data: { prev_revision: 2, revision: 4 } },
    ]);
    expect(lastId(events)).toMatch(/^4\./);
  });

  it.each([
    ['with another list', ['product', 'order'], 100],
    ['after the history has been cut', ['product'], 1],
  ])('%s starts over with snapshots', async (_what, services, maxEntries) => {
    const { hub, add } = await scene({ maxEntries });
    await add('product', 1);
    const before = lastId(readAll(watch(hub, ['product'])));
    await add('product', 2);
    await add('product', 3);
    const events = readAll(watch(hub, services, { lastEventId: before ?? '' }));
    expect(events[0]?.data).toMatchObject({ resumed: false });
    expect(events[1]).toMatchObject({ event: 'snapshot', data: { revision: 3 } });
  });
});

describe('a slow reader', () => {
  it('is written to no faster than it reads, and misses nothing', async () => {
    const { hub, add } = await scene();
    for (let port = 1; port <= 5; port += 1) await add(`service-${port}`, port);
    const reader = watch(hub, '*', { buffer: 10 });
    // Its opening is the state of revision 5, although half of it has not been written yet.
    await add('service-5', 6);
    await add('service-1', 7);
    const events = readAll(reader);
    expect(types(events)).toEqual([
      'hello',
      ...Array<string>(5).fill('snapshot'),
      'synced',
      'delta',
      'delta',
    ]);
    expect(events.slice(6)).toMatchObject([
      { event: 'synced', data: { revision: 5 } },
      { data: { prev_revision: 5, revision: 6 } },
      { data: { prev_revision: 1, revision: 7 } },
    ]);
  });

  it('counts as behind while it has not been written everything, and not once it is cut off or gone', async () => {
    const { hub, add } = await scene({ maxEntries: 2 });
    const quick = watch(hub, '*');
    const slow = watch(hub, '*', { buffer: 10 });
    const lost = watch(hub, '*', { buffer: 10 });
    const gone = watch(hub, '*', { buffer: 10 });
    expect([hub.count, hub.behind]).toEqual([4, 3]);
    readAll(slow);
    gone.close();
    expect([hub.count, hub.behind]).toEqual([3, 1]);
    for (const port of [1, 2, 3]) await add('product', port);
    expect(hub.behind).toBe(2);
    readAll(lost);
    expect([lost.state, hub.count, hub.behind]).toEqual(['cut', 2, 1]);
    expect(quick.state).toBe('open');
  });

  it('is not sent pings on top of what it has not read', async () => {
    const { hub } = await scene();
    const reader = watch(hub, '*', { buffer: 10 });
    const waiting = reader.waiting;
    hub.ping();
    expect(reader.waiting).toBe(waiting);
  });

  it('whose buffer was filled by a ping goes on with the next change, whatever happened elsewhere before', async () => {
    const { hub, add } = await scene({ maxEntries: 2 });
    const reader = watch(hub, ['product'], { buffer: 1000 });
    readAll(reader);
    for (let port = 1; port <= 4; port += 1) await add('order', port);
    while (reader.waiting < 1000) hub.ping();
    await add('product', 5);
    expect(types(readAll(reader))).toEqual(['delta']);
    expect(reader.state).toBe('open');
  });

  it('is cut off when the history no longer reaches back to where it stopped', async () => {
    const { hub, add } = await scene({ maxEntries: 2 });
    const reader = watch(hub, ['product'], { buffer: 10 });
    for (let port = 1; port <= 4; port += 1) await add('product', port);
    readAll(reader);
    expect(reader.state).toBe('cut');
    expect(hub.count).toBe(0);
  });
});

describe('an addition to a stream', () => {
  const many = Array.from({ length: 1000 }, (_, n) => `service-${n}`);

  function add(hub: WatchHub, reader: Reader, names: readonly string[]) {
    const opening = reader.read();
    const outcome = hub.add({ subscriber: SUBSCRIBER, secret: secretIn(opening), names });
    return { outcome, opening };
  }

  it('says what is listed of the new services, once, and nothing again of the others', async () => {
    const { hub, add: list } = await scene();
    await list('product', 1);
    await list('order', 2);
    const reader = watch(hub, ['product']);
    expect(add(hub, reader, ['order', 'product', 'nobody', 'order']).outcome).toBe('added');
    expect(readAll(reader)).toMatchObject([
      {
        event: 'snapshot',
        data: { service_name: 'order', revision: 2, instances: [{ instance_id: 'order-2' }] },
      },
      { event: 'snapshot', data: { service_name: 'nobody', revision: 0, instances: [] } },
      { event: 'synced', id: expect.stringMatching(/^2\./), data: { revision: 2 } },
    ]);
    await list('order', 3);
    await list('product', 4);
    await list('hello', 5);
    expect(readAll(reader).map(({ data }) => data)).toMatchObject([
      { service_name: 'order', prev_revision: 2, revision: 3 },
      { service_name: 'product', prev_revision: 1, revision: 4 },
    ]);
  });

  it('of what is followed already says nothing', async () => {
    const { hub } = await scene();
    const reader = watch(hub, ['product']);
    add(hub, reader, ['product']);
    const everything = watch(hub, '*');
    add(hub, everything, ['product']);
    expect([reader.waiting, everything.waiting]).toEqual([0, 0]);
  });

  it('is not made by who does not know the secret, or to a stream that is closed', async () => {
    const { hub } = await scene();
    const reader = watch(hub, ['product']);
    const addition = { subscriber: SUBSCRIBER, secret: secretIn(reader.read()), names: ['order'] };
    expect(hub.add({ ...addition, secret: 'guessed' })).toBe('wrong_secret');
    expect(hub.add({ ...addition, subscriber: 'another' })).toBe('unknown');
    reader.close();
    expect(hub.add(addition)).toBe('unknown');
  });

  it('is resumed with the longer list', async () => {
    const { hub, add: list } = await scene();
    const reader = watch(hub, ['product']);
    add(hub, reader, ['order']);
    const id = lastId(readAll(reader));
    if (id === undefined) throw new Error('no id');
    reader.close();
    await list('order', 1);
    const resumed = readAll(watch(hub, ['order', 'product'], { lastEventId: id }));
    expect(types(resumed)).toEqual(['hello', 'delta', 'synced']);
    expect(types(readAll(watch(hub, ['product'], { lastEventId: id })))).toContain('snapshot');
  });

  it('costs what is new on the list, however long the list is', async () => {
    const scenery = await scene();
    for (const [n, name] of many.entries()) await scenery.add(name, n + 1);
    const { hub } = scenery;
    const reader = watch(hub, many);
    const secret = secretIn(reader.read());
    const before = scenery.serialisations;
    const bytes = Array.from({ length: 50 }, (_, n) => {
      hub.add({ subscriber: SUBSCRIBER, secret, names: [`new-${n}`] });
      return reader.read().length;
    });
    expect(Math.max(...bytes)).toBeLessThan(400);
    expect(scenery.serialisations).toBe(before);
  });
});

describe('any reader, however it reads', () => {
  const NAMES = ['product', 'order', 'hello'] as const;
  const name = fc.constantFrom(...NAMES);
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), name, port: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('remove' as const), name, port: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('follow' as const), name }),
    fc.record({ do: fc.constant('read' as const) }),
    fc.record({ do: fc.constant('ping' as const) }),
  );

  it.each([['*' as const], [['product'] as const]])(
    'ends up with what is listed of what it follows, or is cut off: %s',
    async (list) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 60 }),
          fc.integer({ min: 1, max: 2000 }),
          async (steps, buffer) => {
            const { hub, add, remove, catalog } = await scene({ maxEntries: 5 });
            const reader = watch(hub, list, { buffer });
            const parser = createSseParser();
            const events: SseEvent[] = [];
            let secret = '';
            const followed = new Set<string>(list === '*' ? NAMES : list);
            const read = (): void => {
              const text = reader.read();
              secret ||= secretIn(text);
              events.push(...parser.push(text));
            };
            for (const s of steps) {
              if (s.do === 'ping') hub.ping();
              else if (s.do === 'read') read();
              else if (s.do === 'add') await add(s.name, s.port);
              else if (s.do === 'remove') await remove(s.name, s.port);
              else if (hub.add({ subscriber: SUBSCRIBER, secret, names: [s.name] }) === 'added')
                followed.add(s.name);
            }
            while (reader.waiting > 0) read();
            if (reader.state === 'cut') return;
            const listed = listedBy(events);
            for (const each of followed)
              expect(listed.get(each) ?? []).toEqual(
                catalog
                  .service(each)
                  .records.map(({ instanceId }) => instanceId)
                  .sort(),
              );
            expect([...listed.keys()].filter((each) => !followed.has(each))).toEqual([]);
          },
        ),
      );
    },
  );

  /** Who is listed of each service, by what a stream said, every change of which follows on the one before. */
  function listedBy(events: readonly SseEvent[]): Map<string, string[]> {
    const listed = new Map<string, Set<string>>();
    const revisions = new Map<string, number>();
    for (const { event, data } of events) {
      if (event !== 'delta' && event !== 'snapshot') continue;
      const change = data as {
        service_name: string;
        prev_revision?: number;
        revision: number;
        instances?: { instance_id: string }[];
        upserted?: { instance_id: string }[];
        removed?: string[];
      };
      const { service_name: service } = change;
      if (event === 'delta') expect(change.prev_revision).toBe(revisions.get(service) ?? 0);
      else expect(revisions.has(service)).toBe(false);
      revisions.set(service, change.revision);
      const ids = listed.get(service) ?? new Set();
      listed.set(service, ids);
      for (const gone of change.removed ?? []) ids.delete(gone);
      for (const { instance_id: id } of change.instances ?? change.upserted ?? []) ids.add(id);
    }
    return new Map(Array.from(listed, ([service, ids]) => [service, [...ids].sort()]));
  }
});
