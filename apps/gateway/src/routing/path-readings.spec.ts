import fc from 'fast-check';
import { readingsOf } from './path-readings';

describe('readingsOf', () => {
  const of = (path: string) => {
    const read = readingsOf(path);
    return 'fault' in read ? read.fault : read.several?.all();
  };

  it.each([
    '/',
    '/products/7',
    "/a.b/c-d_e~!$&'()*+,=:@",
    '/a/',
    '/a.',
    '/.well-known/x',
    '/a%20b',
    '/caf%C3%A9',
    '/100%25',
    '/%25x',
  ])('finds one alone in %s', (path) => {
    expect(of(path)).toBeUndefined();
  });

  it.each([
    ['/caf%c3%a9', ['/caf%C3%A9']],
    ['/%61dmin', ['/%61dmin', '/admin']],
    ['/a%24', ['/a%24', '/a$']],
    ['/a"b', ['/a"b', '/a%22b']],
    ['/a//b', ['/a//b', '/a/b']],
    ['//a/b', ['//a/b', '/b', '/a/b']],
    ['//a', ['//a', '/', '/a']],
    ['/a\\b', ['/a\\b', '/a/b']],
    ['/a%5cb', ['/a%5Cb', '/a\\b', '/a/b']],
    ['/a%2fb', ['/a%2Fb', '/a/b']],
    ['/a;v=1/b', ['/a;v=1/b', '/a/b']],
    ['/a%3bv/b', ['/a%3Bv/b', '/a;v/b', '/a/b']],
    ['/a;x%2Fb', ['/a;x%2Fb', '/a;x/b', '/a', '/a/b']],
    ['/;x/b', ['/;x/b', '//b', '/', '/b']],
    ['/%2561', ['/%2561', '/a']],
    ['/%25%36%31', ['/%25%36%31', '/%2561', '/a']],
    ['/%2520', ['/%2520', '/%20']],
    ['/a%252fb', ['/a%252fb', '/a%2Fb', '/a/b']],
  ])('finds every one in %s', (path, readings) => {
    expect([...(of(path) ?? [])].sort()).toEqual([...readings].sort());
  });

  it.each([
    '/a/..',
    '/./a',
    '/a/%2e%2E/b',
    '/a/.%2e',
    '/a%2f..%2fb',
    '/a\\..\\b',
    '/a%5c%2e%2e%5cb',
    '/a/..;x=1/b',
    '/a/..%3bx/b',
    '/a;x%2f..%2fb',
    '/a#b',
    '/a%00b',
    '/a/%252e%252E/b',
    '/a%252f..%255cb',
    '/a/%25%32%65%25%32%65/b',
    '/a/.%253Bx/b',
    '/a%2500b',
    '/a\tb',
    `/${'a'.repeat(2048)}//b`,
    `/${'%2f'.repeat(1000)}`,
    `/${'%2561'.repeat(500)}`,
  ])('refuses %j', (path) => expect(typeof of(path)).toBe('string'));

  it('costs a bounded number of readings, whatever is in it', () => {
    // As it came, decoded once, its separators decoded in two ways, the same two decoded twice; and each of those by
    // four further readings, of which every one at most doubles them.
    const most = 6 * 2 ** 4;
    const path = fc
      .array(
        fc.constantFrom('a', '/', '//', '\\', ';', '%2f', '%5C', '%3b', '%61', '%', '"', '%255C', '%252f'),
        {
          maxLength: 60,
        },
      )
      .map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(path, (given) => expect(of(given)?.length ?? 0).toBeLessThanOrEqual(most)),
      { examples: [['//a//%2f%5C%255C;']] },
    );
  });
});
