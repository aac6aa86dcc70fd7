import fc from 'fast-check';
import { noFieldLines, parseFieldLines } from './field-lines';

const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('Server: a\r\n', 'Date: 1\r\n', 'Date: 12\r\n', 'X-A:\r\n', 'Vary: b\r\n'),
  },
  { weight: 2, arbitrary: fc.stringMatching(/^X-[a-z]{1,3}: [a-z]{0,9}$/).map((text) => `${text}\r\n`) },
  fc.constantFrom(
    'X\r\n',
    'X : a\r\n',
    ': a\r\n',
    'X: a\nb\r\n',
    ' X: a\r\n',
    'X: \x7f\r\n',
    `X: ${'a'.repeat(1100)}\r\n`,
  ),
);
const head = fc.array(line, { maxLength: 8 }).map((lines) => lines.join(''));

describe('field lines', () => {
  it('are the same fields, or the same fault, whatever head was parsed before', () => {
    const read = (text: string, known = noFieldLines()) => {
      const fields = parseFieldLines(`${text}\r\nServer: a\r\n`, 0, text.length, 'head', known);
      return typeof fields === 'string' ? fields : [fields.toRaw(), fields.names];
    };
    fc.assert(
      fc.property(fc.array(head, { maxLength: 6 }), (heads) => {
        const known = noFieldLines();
        for (const text of heads) expect(read(text, known)).toEqual(read(text));
      }),
      { numRuns: 500 },
    );
  });

  it('of one head are not changed by the next', () => {
    const known = noFieldLines();
    const [first, second] = ['Server: a\r\nDate: 1\r\n', 'Server: a\r\nDate: 2\r\n'].map((text) =>
      parseFieldLines(text, 0, text.length, 'head', known),
    );
    expect([first, second]).toEqual([
      expect.objectContaining({ names: ['server', 'date'] }),
      expect.objectContaining({ names: ['server', 'date'] }),
    ]);
    expect(typeof first === 'string' ? first : first?.all('date')).toEqual(['1']);
    expect(typeof second === 'string' ? second : second?.all('date')).toEqual(['2']);
  });
});
