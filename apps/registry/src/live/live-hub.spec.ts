import type { CatalogEvent } from '@rollcall/contracts';
import { createUnreadAnswers } from '@rollcall/service-kit';
import fc from 'fast-check';
import { createReader, type Reader } from '../../test/doubles/reader';
import { openCatalog } from '../../test/samples/open-catalog';
import { createSseParser, type SseEvent } from '../../test/sse-parser';
import { createChangeLog } from '../catalog/changes/change-log';
import { createEventHistory } from '../catalog/changes/event-history';
import { toInstance } from '../catalog/instance/instance-record';
import { register } from '../use-cases/register';
import { createChangeFeed } from '../watch/change-feed';
import { createDrainingServices } from '../watch/draining-services';
import { eventFrame } from '../watch/event-frame';
import { publishedChange, type PublishedChange } from '../watch/published-change';
import { createSubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';
import { createWatchHub } from '../watch/watch-hub';
import { createLiveHub } from './live-hub';
import { createWholeTopic } from './live-topic';

async function scene({ maxEntries = 100 } = {}) {
  const open = await openCatalog();
  const { catalog, clock } = open;
  const log = createChangeLog<PublishedChange>({ revision: 0, maxEntries, maxBytes: 1_000_000 });
  const feed = createChangeFeed(log, 0);
  const history = createEventHistory({ maxEvents: 1000 });
  const now = (): number => clock.moment().now;
  const streams = createWatchHub({
    catalog,
    feed,
    textOf: (record) => JSON.stringify(toInstance(record, 0)),
    now,
    acknowledgements: createSubscriberAcknowledgements(),
    draining: createDrainingServices(),
    isWarming: () => false,
    staleSince: () => undefined,
    unread: createUnreadAnswers({ maxBytes: 1_000_000, limitMs: 30_000, now }),
  });
  let held = 0;
  const topic = createWholeTopic({
    everyMs: 0,
    version: () => String(held),
    read: () => ({
      type: 'guard',
      data: { guards: [{ service_name: 'product', since: 0, until: 0, held }] },
    }),
  });
  const hub = createLiveHub({ streams, history, topics: [topic], clock });
  let port = 0;
  return {
    hub,
    history,
    clock,
    open(buffer: number, lastEventId?: string): Reader {
      const reader = createReader({ buffer });
      hub.open({ list: '*', lastEventId, identity: 'spec', sink: reader.sink });
      return reader;
    },
    async change(): Promise<void> {
      port += 1;
      await register(
        open,
        { service_name: 'product', url: `http://10.0.0.1:${port}`, instance_id: `p-${port}` },
        'spec',
      );
      const change = open.changes.at(-1);
      if (change === undefined) throw new Error('nothing has changed');
      feed.publish(publishedChange(change, (record) => toInstance(record, 0), history.record(change)));
    },
    remark(): void {
      const { revision } = catalog;
      const about = { service_name: 'product', instance_id: 'p-1', url: 'http://10.0.0.1:1', actor: 'spec' };
      port += 1;
      history.remark({ revision, at: port, type: 'id_taken', reason: 'elsewhere', ...about });
    },
    hold(): void {
      held += 1;
    },
    get held() {
      return held;
    },
  };
}

/** Everything there is to read, one read after the other. */
function readAll(reader: Reader): SseEvent[] {
  const parser = createSseParser();
  const events: SseEvent[] = [];
  while (reader.waiting > 0) events.push(...parser.push(reader.read()));
  return events;
}

const eventsOf = (events: readonly SseEvent[]) =>
  events.filter(({ event }) => event === 'event').map(({ data }) => data as CatalogEvent);
const all = { since: -1, order: 'asc', limit: Infinity } as const;
const command = fc.constantFrom('change', 'remark', 'hold', 'round', 'read');

describe('a reader of everything', () => {
  it('has every event, each before its change, and the latest of what has no revisions, however slowly it reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 40 }),
        fc.constantFrom(1, 300, 100_000),
        async (commands, buffer) => {
          const does = await scene();
          const { open, history, clock } = does;
          const reader = open(buffer);
          const parser = createSseParser();
          const events: SseEvent[] = [];
          for (const each of commands)
            if (each === 'read') events.push(...parser.push(reader.read()));
            else if (each === 'round') await clock.advance(100);
            else await does[each]();
          // Two rounds: it reads, is told what it has missed, and reads that.
          for (let round = 0; round < 2; round += 1) {
            await clock.advance(100);
            while (reader.waiting > 0) events.push(...parser.push(reader.read()));
          }
          expect(reader.state).toBe('open');
          const told = eventsOf(events);
          const kept = history.find(all);
          // A slow one may be told remarks twice, and after the changes that followed.
          for (const event of kept) expect(told).toContainEqual(event);
          const ofChanges = (list: readonly CatalogEvent[]) => list.filter(({ type }) => type !== 'id_taken');
          expect(ofChanges(told)).toEqual(ofChanges(kept));
          expect(new Set(told.map((event) => JSON.stringify(event))).size).toBe(kept.length);
          const order = events.filter(
            ({ event, data }) =>
              event === 'delta' || (event === 'event' && (data as CatalogEvent).type === 'registered'),
          );
          for (const [at, { event, data }] of order.entries())
            if (event === 'delta')
              expect(order[at - 1]).toMatchObject({
                event: 'event',
                data: { revision: (data as CatalogEvent).revision },
              });
          expect(events.findLast(({ event }) => event === 'guard')?.data).toMatchObject({
            guards: [{ held: does.held }],
          });
          reader.close();
        },
      ),
    );
  });

  it('is cut off once the log does not reach back to where it is', async () => {
    const { open, change, hub } = await scene({ maxEntries: 3 });
    const reader = open(1);
    reader.read();
    for (let each = 0; each < 10; each += 1) await change();
    while (reader.state === 'open' && reader.waiting > 0) reader.read();
    expect(reader.state).toBe('cut');
    expect(hub.count).toBe(0);
  });

  it('goes on where it broke off, wherever that is', async () => {
    const { open, change, remark, history } = await scene();
    const first = open(100_000);
    const ids: string[] = [];
    for (let each = 0; each < 4; each += 1) {
      await change();
      remark();
    }
    for (const { id } of readAll(first)) if (id !== undefined) ids.push(id);
    first.close();
    expect(ids).toHaveLength(5);
    for (const id of ids) {
      const told = eventsOf(readAll(open(100_000, id)));
      const revision = Number.parseInt(id, 10);
      // The remarks at that revision came after the change of it: they may have been missed.
      for (const event of history.find({ ...all, since: revision })) expect(told).toContainEqual(event);
      expect(told.every((event) => event.revision >= revision)).toBe(true);
    }
  });
});

describe('what is the same for all', () => {
  it('is made into text once for any number of readers', async () => {
    const { open, change, hold, clock } = await scene();
    const readers = Array.from({ length: 5 }, () => open(100_000));
    await change();
    hold();
    await clock.advance(100);
    const texts = new Set(readers.map((reader) => reader.read().split('event: synced')[1]));
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain(
      eventFrame({
        type: 'guard',
        data: { guards: [{ service_name: 'product', since: 0, until: 0, held: 1 }] },
      }),
    );
  });
});
