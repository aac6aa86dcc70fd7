import type { Instance } from '@rollcall/contracts';
import fc from 'fast-check';
import { createSettledOrder, frozen, grouped, inOrder, readGrouping, readSort, SORTS } from './ordering';
import type { ServiceRow } from './service-row';
import type { Flow } from './traffic';

const flow = (more: Partial<Flow>): Flow => ({
  perSecond: 0,
  failedShare: null,
  retriedPerSecond: 0,
  inFlight: 0,
  p50: null,
  p99: null,
  requests: 0,
  failed: 0,
  ...more,
});

const row = (name: string, more: Partial<ServiceRow> = {}): ServiceRow => ({
  name,
  instances: [],
  cells: [],
  paths: [],
  attention: [],
  versions: [],
  calls: undefined,
  series: undefined,
  held: 0,
  last: undefined,
  ...more,
});

const needs = (rank: number): Partial<ServiceRow> => ({
  attention: [{ tone: 'gone', label: 'x', detail: '', rank }],
});
const busy = (perSecond: number): Partial<ServiceRow> => ({ calls: flow({ perSecond }) });
const names = (rows: readonly ServiceRow[]) => rows.map(({ name }) => name);

describe('an order', () => {
  test('by attention begins with the gravest, then the busiest, then by name', () => {
    const rows = [
      row('d', busy(5)),
      row('b'),
      row('a'),
      row('c', { ...needs(4), ...busy(1) }),
      row('e', needs(0)),
    ];

    expect(names(inOrder(rows, 'attention'))).toEqual(['e', 'c', 'd', 'a', 'b']);
  });

  test.each([
    ['traffic', { perSecond: 7 }],
    ['failed', { failedShare: 0.2 }],
    ['p50', { p50: 3 }],
    ['p99', { p99: 30 }],
    ['in_flight', { inFlight: 2 }],
  ] as const)('by %s begins with the most, and what is not known comes last', (sort, more) => {
    const rows = [row('unknown'), row('none', { calls: flow({}) }), row('most', { calls: flow(more) })];

    expect(names(inOrder(rows, sort))[0]).toBe('most');
    expect(names(inOrder(rows, sort)).at(-1)).toBe('unknown');
  });

  test('a sort or a grouping that is not known is the usual one', () => {
    expect([readSort('p99'), readSort('__proto__'), readSort(undefined)]).toEqual([
      'p99',
      'attention',
      'attention',
    ]);
    expect([readGrouping('zone'), readGrouping('constructor'), readGrouping(undefined)]).toEqual([
      'zone',
      'none',
      'none',
    ]);
  });

  test('whatever the sort, every row is there once, in the same order whatever the order before', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), fc.nat(3), fc.nat(3)), { selector: ([name]) => name }),
        fc.constantFrom(...SORTS),
        (some, sort) => {
          const rows = some.map(([name, rank, rate]) => row(name, { ...needs(rank), ...busy(rate) }));
          const ordered = names(inOrder(rows, sort));

          expect([...ordered].sort()).toEqual(names(rows).sort());
          expect(names(inOrder([...rows].reverse(), sort))).toEqual(ordered);
        },
      ),
    );
  });
});

test('an order that is kept has newcomers at its end, and not who has left', () => {
  expect(names(frozen([row('a'), row('new'), row('c')], ['c', 'left', 'a']))).toEqual(['c', 'a', 'new']);
});

describe('rows that are looked at', () => {
  const wish = { sort: 'attention', filter: '', isHeld: false, turn: 1 } as const;

  test('stay where they are until the next turn, with what has changed in their place', () => {
    const settle = createSettledOrder();
    settle([row('a'), row('b'), row('c')], wish);

    const changed = [row('a'), row('b'), row('c', needs(0))];
    const meanwhile = settle(changed, wish);
    expect(names(meanwhile)).toEqual(['a', 'b', 'c']);
    expect(meanwhile[2]?.attention).toHaveLength(1);

    expect(names(settle(changed, { ...wish, turn: 2 }))).toEqual(['c', 'a', 'b']);
  });

  test('do not move under the pointer, however many turns go by, and do so when it leaves', () => {
    const settle = createSettledOrder();
    settle([row('a'), row('b')], wish);
    const changed = [row('a'), row('b', needs(0)), row('0')];

    for (const turn of [2, 3, 4])
      expect(names(settle(changed, { ...wish, isHeld: true, turn }))).toEqual(['a', 'b', '0']);

    expect(names(settle(changed, { ...wish, turn: 4 }))).toEqual(['b', '0', 'a']);
  });

  test.each([
    ['sort', { sort: 'name' }],
    ['filter', { filter: 'x' }],
  ] as const)('are put in order at once when another %s is chosen, pointed at or not', (_what, change) => {
    const settle = createSettledOrder();
    settle([row('b', needs(0)), row('a')], wish);
    const rows = [row('b'), row('a')];

    expect(names(settle(rows, { ...wish, ...change, isHeld: true }))).toEqual(['a', 'b']);
  });

  test('are in order from the first one on, when there was none', () => {
    const settle = createSettledOrder();
    settle([], wish);

    expect(names(settle([row('b'), row('a')], wish))).toEqual(['a', 'b']);
  });
});

describe('groups', () => {
  const instance = (more: Partial<Instance>): Instance => ({
    instance_id: 'i',
    service_name: 's',
    url: 'http://10.0.0.1:80',
    status: 'up',
    version: null,
    zone: null,
    tags: [],
    weight: 100,
    metadata: {},
    routes: [],
    ttl_seconds: 30,
    health_path: '/livez',
    registered_at: 1,
    last_heartbeat: 1,
    epoch: 1,
    revision: 1,
    ...more,
  });
  const cell = (more: Partial<Instance>) => ({
    instance: instance(more),
    kind: 'up' as const,
    opinion: undefined,
  });

  test('a service of two zones is in both, with the cells of each', () => {
    const both = row('both', { cells: [cell({ zone: 'a' }), cell({ zone: 'b' })] });
    const one = row('one', { cells: [cell({ zone: 'b' })] });

    const groups = grouped([both, one], 'zone');

    expect(
      groups.map(({ label, rows }) => [label, rows.map(({ name, cells }) => [name, cells.length])]),
    ).toEqual([
      ['a', [['both', 1]]],
      [
        'b',
        [
          ['both', 1],
          ['one', 1],
        ],
      ],
    ]);
    // The same object is what spares a row from being drawn again.
    expect(groups[1]?.rows[1]).toBe(one);
  });

  test('those that say nothing come last, and a service without an instance is among them', () => {
    const groups = grouped(
      [
        row('none'),
        row('silent', { cells: [cell({})] }),
        row('tagged', { cells: [cell({ tags: ['x', 'y'] })] }),
      ],
      'tag',
    );

    expect(groups.map(({ label, rows }) => [label, names(rows)])).toEqual([
      ['x', ['tagged']],
      ['y', ['tagged']],
      ['no tag', ['none', 'silent']],
    ]);
  });
});
