import { chartTable } from './chart-table';

const line = (label: string, ...values: (number | null)[]) => ({ label, values, colour: 'accent' });

test('a table has a row a moment, the latest first, and a column a line', () => {
  const table = chartTable({
    times: [100, 102],
    lines: [line('attempts', 1, 2), line('callers', null, 3)],
  });

  expect(table).toEqual({
    columns: ['attempts', 'callers'],
    rows: [
      { at: 102, values: [2, 3] },
      { at: 100, values: [1, null] },
    ],
  });
});

test('of stacked lines, which are sums, the table has what each adds, and the whole last', () => {
  // As they are drawn: the highest first.
  const table = chartTable({
    times: [100, 102],
    lines: [line('c', 9, 12), line('b', 5, 5), line('a', 2, 0)],
    isStacked: true,
  });

  expect(table).toEqual({
    columns: ['a', 'b', 'c', 'all'],
    rows: [
      { at: 102, values: [0, 5, 7, 12] },
      { at: 100, values: [2, 3, 4, 9] },
    ],
  });
});

test('one stacked line is its own whole', () => {
  expect(chartTable({ times: [100], lines: [line('a', 2)], isStacked: true })).toEqual({
    columns: ['a'],
    rows: [{ at: 100, values: [2] }],
  });
});

test('a chart without a moment or without a line is an empty table', () => {
  expect(chartTable({ times: [], lines: [line('a')] }).rows).toEqual([]);
  expect(chartTable({ times: [100], lines: [], isStacked: true })).toEqual({
    columns: [],
    rows: [{ at: 100, values: [] }],
  });
});
