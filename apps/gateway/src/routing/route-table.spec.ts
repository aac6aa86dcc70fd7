import fc from 'fast-check';
import type { RouteKey } from './route';
import { createRouteTable } from './route-table';

const prefixes = (...given: string[]) => createRouteTable(given.map((pathPrefix) => ({ pathPrefix })));
const found = (
  table: ReturnType<typeof createRouteTable<RouteKey>>,
  path: string,
  method = 'GET',
  host = 'h',
) => {
  const match = table.match(method, host, path);
  return match.kind === 'found' ? match.route.pathPrefix : match.kind;
};

describe('route table', () => {
  const table = prefixes('/products', '/products/special', '/orders');

  it.each([
    ['/products', '/products'],
    ['/products/', '/products'],
    ['/products/7', '/products'],
    ['/products/special', '/products/special'],
    ['/products/special/7', '/products/special'],
    ['/products/specials', '/products'],
    ['/productsale', 'none'],
    ['/Products', 'none'],
    ['//products', 'none'],
    ['/', 'none'],
  ])('%s goes to %s', (path, expected) => {
    expect(found(table, path)).toBe(expected);
  });

  it('sends everything that nobody else takes to the root', () => {
    const withRoot = prefixes('/', '/products');
    expect(['/', '/x', '/products/1'].map((path) => found(withRoot, path))).toEqual(['/', '/', '/products']);
  });

  it('prefers the route that names the host', () => {
    const byHost = createRouteTable<RouteKey & { name: string }>([
      { pathPrefix: '/a', name: 'any' },
      { pathPrefix: '/a', host: 'shop.example', name: 'shop' },
    ]);
    const nameFor = (host: string) => {
      const match = byHost.match('GET', host, '/a');
      return match.kind === 'found' ? match.route.name : match.kind;
    };
    expect([nameFor('shop.example'), nameFor('other.example')]).toEqual(['shop', 'any']);
  });

  it('falls back to a shorter prefix that takes the method', () => {
    const byMethod = createRouteTable<RouteKey>([
      { pathPrefix: '/' },
      { pathPrefix: '/a', methods: ['GET'] },
    ]);
    expect(found(byMethod, '/a', 'POST')).toBe('/');
  });

  it('says which methods a path takes when it does not take this one', () => {
    const byMethod = createRouteTable<RouteKey>([
      { pathPrefix: '/a', methods: ['GET'] },
      { pathPrefix: '/a/b', methods: ['POST'] },
    ]);
    expect(byMethod.match('PUT', 'h', '/a/b')).toEqual({
      kind: 'wrong-method',
      allow: ['GET', 'HEAD', 'POST'],
    });
    expect(found(byMethod, '/a', 'HEAD')).toBe('/a');
  });

  it('agrees with a search through all routes', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '');
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    const prefix = fc
      .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 3 })
      .map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(prefix), path, (given, asked) => {
        const longest = given
          .filter((one) => one === '/' || asked === one || asked.startsWith(`${one}/`))
          .sort((a, b) => b.length - a.length)[0];
        expect(found(prefixes(...given), asked)).toBe(longest ?? 'none');
      }),
    );
  });
});
