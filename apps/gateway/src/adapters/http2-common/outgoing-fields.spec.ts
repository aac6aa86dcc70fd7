import fc from 'fast-check';
import { outgoingFields } from './outgoing-fields';

const plain = (raw: readonly string[]): Record<string, unknown> => ({ ...outgoingFields(raw) });

describe('the fields of a message for HTTP/2', () => {
  it('are in lower case, each name once with all of its values', () => {
    expect(
      plain(['Set-Cookie', 'a=1', 'X-Own', 'caf\xe9', 'set-cookie', 'b=2', 'SET-COOKIE', 'c=3']),
    ).toEqual({
      'set-cookie': ['a=1', 'b=2', 'c=3'],
      'x-own': 'caf\xe9',
    });
  });

  it.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Transfer-Encoding',
    'Upgrade',
    'TE',
    'HTTP2-Settings',
  ])('are without %s', (name) => expect(plain([name, 'x', 'X-Own', '1'])).toEqual({ 'x-own': '1' }));

  it('have the first of two that may come once, and both of a list', () => {
    expect(
      plain(['ETag', '"1"', 'etag', '"2"', 'Content-Encoding', 'gzip', 'content-encoding', 'br']),
    ).toEqual({
      etag: '"1"',
      'content-encoding': 'gzip, br',
    });
  });

  it('may be called like what every object has', () => {
    expect(Object.keys(outgoingFields(['__proto__', '1', 'constructor', '2']))).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\rb', 'a\0b', 'a\x7f', '\u0100', '\u{1F600}'])(
    'throw for the value %j',
    (value) => {
      expect(() => outgoingFields(['X-Own', value])).toThrow('malformed value of the field x-own');
    },
  );

  it.each(['', 'a b', ':path', 'a:', 'a\r\nb', '\xe9'])('throw for the name %j', (name) => {
    expect(() => outgoingFields([name, '1'])).toThrow('malformed field name');
  });

  it('never have a byte that would end a line, whatever comes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (raw) => {
        let fields: Record<string, string | string[]>;
        try {
          fields = outgoingFields(raw);
        } catch {
          return true;
        }
        return Object.entries(fields)
          .flat(2)
          .every((one) => !/[\0\r\n]/.test(one));
      }),
    );
  });
});
