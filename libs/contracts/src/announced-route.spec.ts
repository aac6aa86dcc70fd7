import { announcedRouteSchema, pathPrefixSchema } from './announced-route';

const messageOf = (value: unknown) => pathPrefixSchema.validate(value).error?.message;

describe('pathPrefixSchema', () => {
  it.each([
    ['/', '/'],
    ['/products', '/products'],
    ['/products/', '/products'],
    ['/api/v1.2/~me/a%20b', '/api/v1.2/~me/a%20b'],
  ])('reads %s as %s', (given, path) => {
    expect(pathPrefixSchema.validate(given)).toEqual({ value: path });
  });

  it.each(['products', '', '//', '//evil', '/a//b', '/a/../b', '/./a', '/a?b', '/a#b', '/a b', '/ä', '/a\n'])(
    'refuses %j',
    (given) => expect(messageOf(given)).toBeDefined(),
  );

  // A pattern that backtracks would not come back from these in a lifetime.
  it.each([`/${'a'.repeat(254)}"`, `/${'a/'.repeat(127)}"`])('refuses a hostile path at once', (given) => {
    expect(messageOf(given)).toBeDefined();
  });
});

describe('announcedRouteSchema', () => {
  it('spells methods and host in one way', () => {
    const route = { path_prefix: '/products', methods: ['get'], host: 'Shop.Example' };
    expect(announcedRouteSchema.validate(route).value).toEqual({
      path_prefix: '/products',
      methods: ['GET'],
      host: 'shop.example',
    });
  });

  it.each([
    ['no prefix', {}],
    ['no methods at all', { path_prefix: '/a', methods: [] }],
    ['one method twice', { path_prefix: '/a', methods: ['GET', 'get'] }],
    ['what is no method', { path_prefix: '/a', methods: ['G T'] }],
    ['a host with a port', { path_prefix: '/a', host: 'a:1' }],
    ['a field nobody knows', { path_prefix: '/a', prefix: '/b' }],
  ])('refuses %s', (_what, route) => {
    expect(announcedRouteSchema.validate(route).error).toBeDefined();
  });
});
