import fc from 'fast-check';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import { createReader, type Reader } from '../../test/doubles/reader';
import { createSseParser, type SseEvent } from '../../test/sse-parser';
import { createChangeLog } from '../catalog/changes/change-log';
import { describeInstance, toInstance, type InstanceRecord } from '../catalog/instance/instance-record';
import { createInstanceTexts } from '../catalog/instance/instance-texts';
import { deregister } from '../use-cases/deregister';
import { register } from '../use-cases/register';
import { createChangeFeed } from './change-feed';
import { createDrainingServices } from './draining-services';
import { publishedChange, type PublishedChange } from './published-change';
import { createSubscriberRoll } from './subscriber-roll';
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
  const hub = createWatchHub({
    catalog: open.catalog,
    feed,
    textOf: (record) => texts.of(record, open.catalog.heardAt(record)),
    now: () => open.clock.moment().now,
    roll: createSubscriberRoll(),
    draining: createDrainingServices(),
    isWarming: () => false,
    stallLimitMs: 30_000,
  });
  let published = 0;
  const publish = (): void => {
    for (; published < open.changes.length; published += 1) {
      const change = open.changes[published];
      if (change !== undefined) feed.publish(publishedChange(change, toWire));
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
      await deregister(open, { service_name: service, url: address(port) }, 'spec');
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

function watch(
  hub: WatchHub,
  services: readonly string[] | '*',
  parts: { buffer?: number; lastEventId?: string } = {},
): Reader {
  const reader = createReader({ buffer: parts.buffer ?? 1_000_000 });
  hub.open({ list: watchListOf(services), lastEventId: parts.lastEventId, sink: reader.sink });
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

  it('is cut off when it does not read at all', async () => {
    const { hub, clock } = await scene();
    const stalled = watch(hub, '*', { buffer: 10 });
    const reading = watch(hub, '*');
    await clock.advance(30_000);
    hub.ping();
    expect(stalled.state).toBe('open');
    await clock.advance(1);
    hub.ping();
    expect([stalled.state, reading.state]).toEqual(['cut', 'open']);
  });
});

describe('any reader, however it reads', () => {
  it('ends up with what is listed, or is cut off', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constantFrom('add' as const, 'remove' as const),
        port: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({ do: fc.constantFrom('read' as const, 'ping' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 2000 }),
        async (steps, buffer) => {
          const { hub, add, remove, catalog } = await scene({ maxEntries: 5 });
          const reader = watch(hub, '*', { buffer });
          const parser = createSseParser();
          const events: SseEvent[] = [];
          for (const s of steps) {
            if (s.do === 'add') await add('product', s.port);
            else if (s.do === 'remove') await remove('product', s.port);
            else if (s.do === 'ping') hub.ping();
            else events.push(...parser.push(reader.read()));
          }
          events.push(...readAll(reader));
          if (reader.state === 'cut') return;
          const listed = new Set<string>();
          let revision = 0;
          for (const { event, data } of events) {
            if (event !== 'delta' && event !== 'snapshot') continue;
            const change = data as {
              prev_revision: number;
              revision: number;
              upserted: { instance_id: string }[];
              removed: string[];
            };
            expect(change.prev_revision).toBe(revision);
            revision = change.revision;
            for (const gone of change.removed) listed.delete(gone);
            for (const instance of change.upserted) listed.add(instance.instance_id);
          }
          const { records } = catalog.service('product');
          expect([...listed].sort()).toEqual(records.map(({ instanceId }) => instanceId).sort());
        },
      ),
    );
  });
});
