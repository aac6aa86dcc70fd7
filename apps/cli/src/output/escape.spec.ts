import fc from 'fast-check';
import { parse } from 'yaml';
import { jsonText, yamlText } from './escape';

const ACTS_ON_A_TERMINAL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
/** As it comes over the wire. */
const anything = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 3 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('jsonText', () => {
  it('says the same, and holds nothing that acts on a terminal', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = jsonText(value, 'indented');
        expect(text.replaceAll('\n', '')).not.toMatch(ACTS_ON_A_TERMINAL);
        expect(JSON.parse(text)).toEqual(value);
        expect(JSON.parse(jsonText(value, 'one line'))).toEqual(JSON.parse(text));
        expect(jsonText(value, 'one line')).not.toContain('\n');
      }),
    );
  });
});

describe('yamlText', () => {
  it('says the same, and holds nothing that acts on a terminal', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = yamlText(value);
        expect(text.replaceAll('\n', '')).not.toMatch(ACTS_ON_A_TERMINAL);
        expect(parse(text)).toEqual(value);
      }),
    );
  });

  it.each([
    '\u001b[2J',
    'a\u202eb',
    '\u009b31m',
    'line\nline',
    '\ufeff',
    'a: b # c',
    '- x',
    '\u2028',
    'it\'s "so"',
  ])('escapes %j as a value and as a key', (text) => {
    const value = { [text]: [text] };
    expect(yamlText(value).replaceAll('\n', '')).not.toMatch(ACTS_ON_A_TERMINAL);
    expect(parse(yamlText(value))).toEqual(value);
  });
});
