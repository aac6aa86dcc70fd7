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
