import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor';

describe('a cursor', () => {
  it('comes back as the position it was made from', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.uuid(), (createdAt, id) => {
        const cursor = encodeCursor({ createdAt, id });
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(cursor)).toEqual({ createdAt, id });
      }),
    );
  });

  it('is refused when it was made up', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const position = decodeCursor(text);
        expect(position === undefined || encodeCursor(position) === text).toBe(true);
      }),
    );
  });

  test.each([
    '',
    'x',
    '!!!',
    Buffer.from('1.').toString('base64url'),
    Buffer.from('a.b').toString('base64url'),
  ])('is not "%s"', (text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });
});
