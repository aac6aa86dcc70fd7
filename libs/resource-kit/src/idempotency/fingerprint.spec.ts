import fc from 'fast-check';
import { fingerprint } from './fingerprint';

describe('a fingerprint', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(fingerprint({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it('depends on the order of a list', () => {
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  });

  it('tells apart what is different as JSON, and only that', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [plainA, plainB]: [unknown, unknown] = [
          JSON.parse(JSON.stringify(a)),
          JSON.parse(JSON.stringify(b)),
        ];
        const same = fingerprint(a) === fingerprint(b);
        expect(same).toBe(isEqual(plainA, plainB));
      }),
    );
  });
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}
