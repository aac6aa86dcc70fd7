import * as fc from 'fast-check';
import { keyAfter, rangeOf } from './key-range';

/** As etcd decides it: `\0` as the end is none. */
function isInside(key: Buffer, { key: first, range_end: end }: ReturnType<typeof rangeOf>): boolean {
  if (end === undefined) return key.equals(first);
  const isBeforeEnd = end.equals(Buffer.from([0])) || Buffer.compare(key, end) < 0;
  return Buffer.compare(key, first) >= 0 && isBeforeEnd;
}

describe('a range of keys', () => {
  it.each([
    ['/rollcall/v1/', '/rollcall/v10'],
    ['a', 'b'],
    ['', '\0'],
  ])('of the prefix %j ends before %j', (prefix, end) => {
    expect(rangeOf({ prefix }).range_end).toEqual(Buffer.from(end));
  });

  it('has the keys that begin with its prefix, and no other', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 4 });
    fc.assert(
      fc.property(text, text, fc.boolean(), (prefix, other, isExtended) => {
        const key = Buffer.from(isExtended ? prefix + other : other);
        // etcd has no empty key.
        fc.pre(key.length > 0);

        const begins = key.subarray(0, Buffer.byteLength(prefix)).equals(Buffer.from(prefix));
        expect(isInside(key, rangeOf({ prefix }))).toBe(begins);
      }),
    );
  });

  it('goes on at the first key after the last of a page', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const [last, key] = [Buffer.from(one), Buffer.from(other)];

        expect(Buffer.compare(key, keyAfter(last)) >= 0).toBe(Buffer.compare(key, last) > 0);
      }),
    );
  });
});
