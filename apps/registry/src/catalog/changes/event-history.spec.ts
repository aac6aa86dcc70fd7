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

describe('an event history', () => {
  it('tells who changed what, when and why', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a']));
    expect(history.since(0, { limit: 10 })).toEqual([
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
    const ids = (since: number, serviceName?: string): string[] =>
      history
        .since(since, { limit: 10, ...(serviceName === undefined ? {} : { serviceName }) })
        .map((event) => event.instance_id);
    expect(ids(0)).toEqual(['a', 'b', 'c']);
    expect(ids(1)).toEqual(['b', 'c']);
    expect(ids(0, 'product')).toEqual(['a', 'c']);
    expect(ids(4)).toEqual([]);
  });

  it('does not cut a revision in two, so that a reader can go on from the last one it got', () => {
    const history = createEventHistory({ maxEvents: 10 });
    history.record(change(1, ['a', 'b', 'c']));
    history.record(change(2, ['d']));
    expect(history.since(0, { limit: 2 }).map((event) => event.instance_id)).toEqual(['a', 'b', 'c']);
  });

  it('keeps a bounded number of the latest', () => {
    const history = createEventHistory({ maxEvents: 10 });
    for (let revision = 1; revision <= 100; revision += 1) history.record(change(revision, [`i${revision}`]));
    const kept = history.since(0, { limit: 1000 });
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.at(-1)?.revision).toBe(100);
  });
});
