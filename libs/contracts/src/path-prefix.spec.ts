import fc from 'fast-check';
import { canonicalPath } from './canonical-path';
import { pathPrefixSchema } from './path-prefix';

const messageOf = (value: unknown) => pathPrefixSchema.validate(value).error?.message;

describe('pathPrefixSchema', () => {
  it.each([
    ['/', '/'],
    ['/*', '/'],
    ['/products', '/products'],
    ['/products/', '/products'],
    ['/products/*', '/products'],
    ['/api/v1.2/~me/a%20b', '/api/v1.2/~me/a%20b'],
    ['/%61dmin', '/admin'],
    ['/caf%c3%a9/%7Eme', '/caf%C3%A9/~me'],
    ['/a%24b/x%3Aid', '/a$b/x:id'],
    ['/v1/things:batch', '/v1/things:batch'],
    ['/$metadata', '/$metadata'],
    ['/Products(1)', '/Products(1)'],
    ['/c++', '/c++'],
    ['/...', '/...'],
  ])('reads %s as %s', (given, path) => {
    expect(pathPrefixSchema.validate(given)).toEqual({ value: path });
  });

  it.each([
    ['products', /must begin with "\/"/],
    ['^/api', /must begin with "\/"/],
    ['', /empty/],
    ['//', /empty/],
    ['//evil', /empty/],
    ['/a//b', /empty/],
    ['/a/../b', /"\.\."/],
    ['/./a', /"\."/],
    ['/%2e%2E/a', /"\.\."/],
    ['/a?b', /without|query/],
    ['/a#b', /query/],
    ['/a b', /write \/a%20b$/],
    ['/ä', /write \/%C3%A4$/],
    ['/a\n', /write \/a%0A$/],
    ['/a%2', /two hexadecimal digits/],
    ['/a%2Fb', /"%2F"/],
    ['/a;v=1', /";"/],
    ['/a%00', /"%00"/],
  ])('refuses %j', (given, why) => expect(messageOf(given)).toMatch(why));

  it.each([
    ['/:id', '/'],
    ['/{id}', '/'],
    ['/users/:id/orders', '/users'],
    ['/users/{id:[0-9]+}', '/users'],
    ['/users/<int:id>', '/users'],
    ['/users/[id]', '/users'],
    ['/api/**', '/api'],
    ['/api*', '/'],
    ['/api/*/x', '/api'],
    ['/api/*rest', '/api'],
    ['/api/{proxy+}', '/api'],
    ['/api/.*', '/api'],
    ['/api/.+', '/api'],
    ['/api/(.*)', '/api'],
    ['/api/(?<id>x)', '/api'],
    ['/(a|b)', '/'],
    ['/api/x$', '/api'],
    ['/api\\d', '/'],
    ['/%2a', '/'],
    ['/%2A/*', '/'],
    ['/api/%3Aid', '/api'],
    ['/api/x%24', '/api'],
    ['/api/(%2E*)', '/api'],
  ])('refuses the pattern %s and says what to write', (given, plain) => {
    expect(messageOf(given)).toMatch(new RegExp(`is a pattern: write ${plain}, which takes everything`));
  });

  // A pattern that backtracks would not come back from these in a lifetime.
  it.each([`/${'a'.repeat(254)}"`, `/${'a/'.repeat(127)}"`])('refuses a hostile path at once', (given) => {
    expect(messageOf(given)).toBeDefined();
  });

  it('answers what it answers again unchanged', () => {
    const encoded = fc.nat({ max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
    const plain = fc.constantFrom(...'/a%612e.*~:$(+?{');
    const given = fc.string({ unit: fc.oneof(encoded, plain), maxLength: 6 });
    fc.assert(
      fc.property(given, (text) => {
        const { value, error } = pathPrefixSchema.validate(`/${text}`);
        if (error === undefined) expect(pathPrefixSchema.validate(value)).toEqual({ value });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('canonicalPath', () => {
  it.each([
    ['/%61/%7e/%2D', '/a/~/-'],
    ['/a%2fb%5c;x%3b', '/a%2Fb%5C;x%3B'],
    ['/a\\b', '/a\\b'],
    ['/a b"<é', '/a%20b%22%3C%E9'],
    ['/%', '/%25'],
    ['/%zz', '/%25zz'],
    ['/%2561', '/%2561'],
  ])('of %s is %s', (path, canonical) => expect(canonicalPath(path)).toBe(canonical));
});
