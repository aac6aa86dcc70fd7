import fc from 'fast-check';
import { parseVisible, visible } from './visible-text';

test.each([
  ['\u001b[31mred', '␛[31mred'],
  ['a\nb\tc', 'a␊b␉c'],
  ['\u007f', '␡'],
  ['product\u202egnp.exe', 'product⟨U+202E⟩gnp.exe'],
  ['pay\u200bment', 'pay⟨U+200B⟩ment'],
  ['\u0085', '⟨U+0085⟩'],
  ['Größe 日本 😀', 'Größe 日本 😀'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('in an answer all of it is visible, names of fields too', () => {
  expect(parseVisible('{"a\\u001b":["\\u001b",{"b":"\\r"}],"n":1,"no":null}')).toEqual({
    'a␛': ['␛', { b: '␍' }],
    n: 1,
    no: null,
  });
});

const HIDDEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;

test('nothing that an answer says is hidden, and what is plain is as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = (parseVisible(JSON.stringify({ text })) as { readonly text: string }).text;
      expect(shown).not.toMatch(HIDDEN);
      if (!HIDDEN.test(text) && text === visible(text)) expect(shown).toBe(text);
    }),
  );
});
