import type { CatalogEvent, EventsQuery } from '@rollcall/contracts';
import fc from 'fast-check';
import type { CommittedChange } from './change';
import { createEventHistory } from './event-history';

const change = (
  revision: number,
  instanceIds: readonly string[],
  serviceName = 'product',
): CommittedChange => ({
  revision,
  at: 1_700_000_000_000 + revision,
  serviceName,
  put: [],
  remove: instanceIds,
  notes: instanceIds.map((instanceId) => ({
    type: 'evicted',
    instanceId,
    url: `http://${instanceId}`,
    actor: 'registry',
    reason: 'lease_ended',
  })),
});

const asking = (query: Partial<EventsQuery> = {}): EventsQuery => ({
  since: 0,
  order: 'asc',
  limit: 1000,
  ...query,
});

describe('an event history', () => {
  it('tells who changed what, when and why', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a']));
    expect(history.find(asking({ limit: 10 }))).toEqual([
      {
        revision: 1,
        at: 1_700_000_000_001,
        type: 'evicted',
        service_name: 'product',
        instance_id: 'a',
        url: 'http://a',
        actor: 'registry',
        reason: 'lease_ended',
      },
    ]);
  });

  it('goes on from a revision, oldest first, one service only if asked', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a']));
    history.record(change(2, ['b'], 'order'));
    history.record(change(4, ['c']));
    const ids = (query: Partial<EventsQuery>): string[] =>
      history.find(asking(query)).map((event) => event.instance_id);
    expect(ids({})).toEqual(['a', 'b', 'c']);
    expect(ids({ since: 1 })).toEqual(['b', 'c']);
    expect(ids({ service: 'product' })).toEqual(['a', 'c']);
    expect(ids({ since: 4 })).toEqual([]);
  });

  it('does not cut a revision in two, so that a reader can go on from the last one it got', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a', 'b', 'c']));
    history.record(change(2, ['d']));
    expect(history.find(asking({ limit: 2 })).map((event) => event.instance_id)).toEqual(['a', 'b', 'c']);
  });

  it('keeps a bounded number of the latest', () => {
    const history = createEventHistory({ maxEvents: 10 });
    for (let revision = 1; revision <= 100; revision += 1) history.record(change(revision, [`i${revision}`]));
    const kept = history.find(asking());
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.at(-1)?.revision).toBe(100);
  });

  it('does not cut a revision in two from the latest backwards either', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a']));
    history.record(change(2, ['b', 'c', 'd']));
    const ids = history.find(asking({ order: 'desc', limit: 2 })).map((event) => event.instance_id);
    expect(ids).toEqual(['d', 'c', 'b']);
  });

  it('has none of another history once it has begun anew', () => {
    const history = createEventHistory({ maxEvents: 10 });
    for (const revision of [11, 12, 13]) history.record(change(revision, [`former-${revision}`]));
    history.beginAnew();
    for (const revision of [6, 7]) history.record(change(revision, [`now-${revision}`]));
    const ids = (query: Partial<EventsQuery>) =>
      history.find(asking(query)).map((event) => event.instance_id);
    expect(ids({})).toEqual(['now-6', 'now-7']);
    expect(ids({ since: 7 })).toEqual([]);
    expect(ids({ before: 8, order: 'desc' })).toEqual(['now-7', 'now-6']);
  });

  it('is read whole, each event once, in pages of any size and in either order', () => {
    const changes = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 3 }),
        ids: fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }),
        service: fc.constantFrom('product', 'order'),
      }),
      { maxLength: 20 },
    );
    const filter = fc.constantFrom(
      {},
      { service: 'order' },
      { actor: 'nobody' },
      { type: 'evicted' as const },
    );
    fc.assert(
      fc.property(changes, filter, fc.integer({ min: 1, max: 5 }), (proposed, only, limit) => {
        const history = createEventHistory({ maxEvents: 1000 });
        let revision = 0;
        for (const { gap, ids, service } of proposed) history.record(change((revision += gap), ids, service));
        const whole = history.find(asking(only));
        const upwards: CatalogEvent[] = [];
        const downwards: CatalogEvent[] = [];
        const next = (read: readonly CatalogEvent[], query: Partial<EventsQuery>) => {
          const page = history.find(asking({ ...only, ...query, limit }));
          expect(read).not.toContain(page[0]);
          return page;
        };
        for (let page = next([], {}); page.length > 0; page = next(upwards, { since: last(upwards) }))
          upwards.push(...page);
        for (
          let page = next([], { order: 'desc' });
          page.length > 0;
          page = next(downwards, { order: 'desc', before: last(downwards) })
        )
          downwards.push(...page);
        expect(upwards).toEqual(whole);
        expect(downwards.reverse()).toEqual(whole);
      }),
    );
  });
});

function last(events: readonly CatalogEvent[]): number {
  return events.at(-1)?.revision ?? 0;
}
