import { createEventIds } from './event-id';

const list = (...names: string[]): ReadonlySet<string> => new Set(names);

describe('event ids', () => {
  it('begin with the revision and lead back to it', () => {
    const ids = createEventIds('c1', list('product', 'order'));
    expect(ids.of(42)).toMatch(/^42\.\d+$/);
    expect(ids.revisionIn(ids.of(42))).toBe(42);
  });

  it('do not mind the order of the list', () => {
    const there = createEventIds('c1', list('product', 'order'));
    expect(createEventIds('c1', list('order', 'product')).revisionIn(there.of(7))).toBe(7);
  });

  it('of a list that has grown are those of a list that was as long from the beginning', () => {
    const grown = createEventIds('c1', list('product'));
    const before = grown.of(7);
    grown.grow(['order', 'hello']);
    expect(createEventIds('c1', list('hello', 'order', 'product')).revisionIn(grown.of(7))).toBe(7);
    expect(grown.revisionIn(before)).toBeUndefined();
  });

  it('are others for each of a thousand lists of names that are alike', () => {
    const names = Array.from({ length: 1000 }, (_, n) => `service-${n}`);
    const ids = names.map((_, n) => createEventIds('c1', list(...names.slice(0, n + 1))).of(1));
    const pairs = names.slice(1).map((name, n) => createEventIds('c1', list(names[n] ?? '', name)).of(1));
    expect(new Set([...ids, ...pairs]).size).toBe(ids.length + pairs.length - 1);
  });

  it.each([
    ['another list', createEventIds('c1', list('product')).of(7)],
    ['every service', createEventIds('c1', '*').of(7)],
    ['another catalog', createEventIds('c2', list('product', 'order')).of(7)],
    ['a bare revision', '7'],
    ['nothing', undefined],
    ['nonsense', '7.x'],
    ['more digits than a number has', `${'9'.repeat(40)}.1`],
  ])('lead nowhere for %s', (_what, id) => {
    expect(createEventIds('c1', list('product', 'order')).revisionIn(id)).toBeUndefined();
  });
});
