import fc from 'fast-check';
import { printable, withoutCredentials } from './printable';

describe('printable', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['one\nlevel=info two', 'one\\nlevel=info two'],
    ['\r\t\u0000', '\\r\\t\\u0000'],
    ['\u007f\u009b31m\u0085', '\\u007f\\u009b31m\\u0085'],
    ['a\u202ecba\u2066\u2028', 'a\\u202ecba\\u2066\\u2028'],
    ['Zoë kostet 5 €, 日本 🎉', 'Zoë kostet 5 €, 日本 🎉'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('is one line without a control character, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});

describe('withoutCredentials', () => {
  it.each([
    ['postgres://shop:hunter2@db:5432/shop', 'postgres://***@db:5432/shop'],
    ['cannot reach "http://u:hunter2@a", nor http://b', 'cannot reach "http://***@a", nor http://b'],
    ['http://u:hun@ter2@a/x', 'http://***@a/x'],
    ['http://u:hun/ter?2#@a', 'http://***@a'],
    ['http://u:hunter2@a,http://v:hunter3@b', 'http://***@b'],
    ['htp://u:hunter2@a and mail@example.com', 'htp://***@a and mail@example.com'],
    ['GET /users/@me at http://a', 'GET /users/@me at http://a'],
  ])('%s is %s', (text, rest) => {
    expect(withoutCredentials(text)).toBe(rest);
  });

  const visible = fc.stringMatching(/^[!#-&(-;=?-~]{1,40}$/);

  it('has nothing left of a password, whatever it is made of and wherever the URL stands', () => {
    fc.assert(
      fc.property(visible, fc.string(), fc.string(), (secret, before, after) => {
        const text = `${before} postgres://user:secret${secret}@db/shop ${after}`;
        expect(withoutCredentials(text)).not.toContain(`secret${secret}`);
      }),
    );
  });

  it('leaves JSON what it was: as many values, all of them readable', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant('http://u:p@host/"x"\\'))), (values) => {
        expect(JSON.parse(withoutCredentials(JSON.stringify(values)))).toHaveLength(values.length);
      }),
    );
  });

  it('takes a time that grows with the text and no faster', () => {
    const nested = 'a://'.repeat(200_000) + '@';
    expect(withoutCredentials(nested)).toBe('a://***@');
  });
});
