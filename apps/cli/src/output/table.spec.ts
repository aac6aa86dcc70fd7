import fc from 'fast-check';
import { displayWidth, truncated } from './display-width';
import { createPaint } from './paint';
import { tableLines } from './table';

const plain = createPaint(false);

describe('tableLines', () => {
  it('puts columns below each other, figures to the right, and no space at the end', () => {
    const columns = [{ title: 'NAME' }, { title: 'UP', right: true }, { title: 'NOTE' }];
    const rows = [
      ['order', '12', ''],
      ['日本', '3', 'wide'],
    ];
    expect(tableLines({ columns, rows }, plain, undefined)).toEqual([
      'NAME   UP  NOTE',
      'order  12',
      '日本    3  wide',
    ]);
  });

  it('cuts what is wider than the terminal', () => {
    const table = { columns: [{ title: 'A' }, { title: 'B' }], rows: [['one', 'a long text']] };
    expect(tableLines(table, plain, 10)).toEqual(['A    B', 'one  a lo…']);
  });

  it('cuts a cell of 10 kB everywhere', () => {
    const [, line = ''] = tableLines(
      { columns: [{ title: 'A' }], rows: [['x'.repeat(10_000)]] },
      plain,
      undefined,
    );
    expect(line).toBe(`${'x'.repeat(99)}…`);
  });

  it('lets no text act on a terminal, nor take more columns than it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (rows, columns) => {
          const table = { columns: [{ title: 'A' }, { title: 'B' }], rows };
          const lines = tableLines(table, plain, columns);
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) {
            expect(line).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
            expect(displayWidth(line)).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});

describe('truncated', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['日本語', 6, '日本語'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 0, ''],
  ])('%s in %i columns is %s', (text, columns, shown) => {
    expect(truncated(text, columns)).toBe(shown);
  });
});
