import fc from 'fast-check';
import { createLeaseBook, type LeaseBook } from './lease-book';

const lapsedIds = (book: LeaseBook, now: number): string[] =>
  book.lapsed(now, Infinity).map(({ holder }) => holder);

describe('a lease book', () => {
  it.each([
    [29_999, []],
    [30_000, ['a']],
    [30_001, ['a']],
  ])('ends a lease of 30 s that began at 0 not before, and not after, 30 s: at %d ms', (now, lapsed) => {
    const book = createLeaseBook();
    book.begin('a', 30_000, 0);
    expect(lapsedIds(book, now)).toEqual(lapsed);
  });

  it('gives a renewed lease one further term from its renewal, and not twice that', () => {
    const book = createLeaseBook();
    book.begin('a', 30_000, 0);
    book.renew('a', 10_000);
    expect(lapsedIds(book, 39_999)).toEqual([]);
    expect(lapsedIds(book, 40_000)).toEqual(['a']);
  });

  it('keeps an ended lease in the book until somebody ends it', () => {
    const book = createLeaseBook();
    book.begin('a', 5000, 0);
    expect(lapsedIds(book, 5000)).toEqual(['a']);
    expect(lapsedIds(book, 6000)).toEqual(['a']);
    book.end('a');
    expect(lapsedIds(book, 6000)).toEqual([]);
    expect(book.nextEndsAt()).toBeUndefined();
  });

  it('hands out no more than it is asked for, longest ended first', () => {
    const book = createLeaseBook();
    book.begin('late', 5000, 2000);
    book.begin('early', 5000, 2500);
    book.begin('earliest', 6000, 0);
    expect(book.lapsed(9000, 2)).toHaveLength(2);
    expect(lapsedIds(book, 9000)).toEqual(['earliest', 'late', 'early']);
  });

  it('knows nothing of whom it does not list', () => {
    const book = createLeaseBook();
    book.renew('nobody', 1);
    book.end('nobody');
    book.suspend('nobody');
    expect(book.isSilent('nobody', 1)).toBe(false);
    expect(book.size).toBe(0);
  });

  it('does not hand out a suspended lease again before it has been renewed', () => {
    const book = createLeaseBook();
    book.begin('a', 5000, 0);
    book.suspend('a');
    book.suspend('a');
    expect([lapsedIds(book, 9000), book.nextEndsAt(), book.size]).toEqual([[], undefined, 1]);
    book.renew('a', 6000);
    expect(lapsedIds(book, 10_999)).toEqual([]);
    expect(lapsedIds(book, 11_000)).toEqual(['a']);
  });

  it.each([
    [14_999, false],
    [15_000, true],
  ])('calls an instance silent after half of its lease of 30 s: at %d ms', (now, silent) => {
    const book = createLeaseBook();
    book.begin('a', 30_000, 0);
    expect(book.isSilent('a', now)).toBe(silent);
  });

  it('agrees with a list that is searched from end to end, whatever happens in whatever order', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ do: fc.constant('begin' as const), id, ttl: fc.constantFrom(5000, 7000, 30_000) }),
      fc.record({ do: fc.constant('renew' as const), id }),
      fc.record({ do: fc.constantFrom('end' as const, 'suspend' as const), id }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = createLeaseBook();
        const model = new Map<string, { ttl: number; renewedAt: number; suspended?: boolean }>();
        let now = 0;
        for (const s of steps) {
          if (s.do === 'wait') now += s.ms;
          else if (s.do === 'end') {
            book.end(s.id);
            model.delete(s.id);
          } else if (s.do === 'begin') {
            book.begin(s.id, s.ttl, now);
            model.set(s.id, { ttl: s.ttl, renewedAt: now });
          } else {
            const suspended = s.do === 'suspend';
            if (suspended) book.suspend(s.id);
            else book.renew(s.id, now);
            const lease = model.get(s.id);
            if (lease !== undefined)
              Object.assign(lease, suspended ? { suspended } : { renewedAt: now, suspended });
          }
          const ends = [...model]
            .filter(([, lease]) => lease.suspended !== true)
            .map(([name, lease]) => [name, lease.renewedAt + lease.ttl] as const);
          expect(new Set(lapsedIds(book, now))).toEqual(
            new Set(ends.filter(([, at]) => at <= now).map(([name]) => name)),
          );
          expect(book.nextEndsAt() ?? Infinity).toBe(Math.min(...ends.map(([, at]) => at)));
          expect(book.size).toBe(model.size);
        }
      }),
    );
  });

  it('finds leases that were renewed a while ago where they belong', () => {
    const book = createLeaseBook();
    for (const [id, at] of [
      ['a', 0],
      ['b', 1000],
      ['c', 2000],
    ] as const)
      book.begin(id, 5000, at);
    book.renew('b', 4000);
    book.renewAt([
      { holder: 'a', at: 3000 },
      { holder: 'b', at: 3500 },
      { holder: 'nobody', at: 3500 },
    ]);
    expect([book.endsAt('a'), book.endsAt('b')]).toEqual([8000, 9000]);
    expect(lapsedIds(book, 20_000)).toEqual(['c', 'a', 'b']);
    expect(lapsedIds(book, 8000)).toEqual(['c', 'a']);
  });

  it('gives every lease another term, suspended ones too', () => {
    const book = createLeaseBook();
    book.begin('a', 5000, 0);
    book.begin('b', 9000, 0);
    book.suspend('a');
    book.renewAll(6000);
    expect([book.endsAt('a'), book.endsAt('b')]).toEqual([11_000, 15_000]);
    expect(lapsedIds(book, 11_000)).toEqual(['a']);
  });

  it('is in the order of the renewals, whichever way these came', () => {
    const moment = fc.integer({ min: 0, max: 50 });
    const renewal = fc.record({ holder: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: moment });
    const step = fc.oneof(
      fc.record({ do: fc.constant('now' as const), holder: renewal.map(({ holder }) => holder) }),
      fc.record({ do: fc.constant('earlier' as const), renewals: fc.array(renewal, { maxLength: 6 }) }),
      fc.record({ do: fc.constant('suspend' as const), holder: renewal.map(({ holder }) => holder) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const book = createLeaseBook();
        const renewedAt = new Map<string, number>();
        const aside = new Set<string>();
        for (const id of ['a', 'b', 'c', 'd', 'e']) {
          book.begin(id, 100, 0);
          renewedAt.set(id, 0);
        }
        let now = 0;
        for (const one of steps) {
          now += 10;
          if (one.do === 'now') {
            book.renew(one.holder, now);
            renewedAt.set(one.holder, now);
            aside.delete(one.holder);
          } else if (one.do === 'suspend') {
            book.suspend(one.holder);
            aside.add(one.holder);
          } else {
            const renewals = one.renewals.map(({ holder, at }) => ({ holder, at: Math.max(0, now - at) }));
            book.renewAt(renewals);
            for (const { holder, at } of renewals)
              if (at > (renewedAt.get(holder) ?? 0)) {
                renewedAt.set(holder, at);
                aside.delete(holder);
              }
          }
        }
        const waiting = [...renewedAt].filter(([id]) => !aside.has(id));
        expect([...renewedAt].map(([id, at]) => [id, (book.endsAt(id) ?? 0) - 100 - at])).toEqual(
          [...renewedAt].map(([id]) => [id, 0]),
        );
        for (const limit of [now, now + 50, now + 100])
          expect(new Set(lapsedIds(book, limit))).toEqual(
            new Set(waiting.flatMap(([id, at]) => (at + 100 <= limit ? id : []))),
          );
        expect(book.nextEndsAt()).toBe(
          waiting.length === 0 ? undefined : Math.min(...waiting.map(([, at]) => at + 100)),
        );
      }),
    );
  });
});
