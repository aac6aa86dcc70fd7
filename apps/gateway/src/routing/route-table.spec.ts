import fc from 'fast-check';
import type { SourcedKey } from './file-cover';
import { createRouteTable, type RouteTable } from './route-table';

interface Named extends SourcedKey {
  /** For an announced route with the policies of one of the file: that one's service. */
  readonly policiesOf?: string;
}

const announced = (pathPrefix: string, more: Partial<SourcedKey> = {}): SourcedKey => ({
  service: 'a',
  source: 'announced',
  pathPrefix,
  ...more,
});
const written = (pathPrefix: string, more: Partial<SourcedKey> = {}): SourcedKey =>
  announced(pathPrefix, { source: 'file', ...more });
function tableOf(...routes: Named[]): RouteTable<Named> {
  const table = createRouteTable<Named>((route, cover) => ({ ...route, policiesOf: cover.service }));
  for (const route of routes) table.add(route);
  return table;
}
const prefixes = (...given: string[]) => tableOf(...given.map((prefix) => announced(prefix)));
const found = (table: RouteTable<Named>, path: string, method = 'GET', host = 'h') => {
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

  it.each([
    ['/ADMIN', 'ambiguous'],
    ['/Admin/keys', 'ambiguous'],
    ['/files/PRIVATE/1', 'ambiguous'],
    ['/FILES/x', '/'],
    ['/FILES/private', 'ambiguous'],
    ['/v1', '/v1'],
    ['/V1', '/V1'],
    ['/v1/open', '/v1'],
    ['/v1/closed', 'ambiguous'],
    ['/V1/Closed', '/V1/Closed'],
    ['/V1/closed', 'ambiguous'],
    ['/CAMEL', 'ambiguous'],
    ['/camel', 'ambiguous'],
    ['/Camel/AbC', '/Camel'],
    ['/caf%C3%89', 'ambiguous'],
    ['/caf%C3%A9/%C3%89', '/caf%C3%A9'],
    ['/%41dmin', 'ambiguous'],
    ['/items/AbC', '/items'],
    ['/Other/AbC', '/'],
  ])('%s, where it is said to be compared without letter case too, goes to %s', (path, expected) => {
    const given = [
      '/',
      '/admin',
      '/files/private',
      '/v1',
      '/V1',
      '/V1/Closed',
      '/Camel',
      '/caf%C3%A9',
      '/items',
    ];
    expect(found(prefixes(...given), path)).toBe(expected);
    expect(found(prefixes(...given.reverse()), path)).toBe(expected);
  });

  it('forgets what was alike with the last route of it', () => {
    const table = prefixes('/', '/v1', '/V1/closed');
    for (const route of table.routes) if (route.pathPrefix.includes('V1')) table.remove(route);
    expect(found(table, '/v1/closed')).toBe('/v1');
    table.add(announced('/v1/CLOSED'));
    expect(found(table, '/v1/closed')).toBe('ambiguous');
  });

  it('leaves what has no route as written without one', () => {
    expect(found(prefixes('/admin'), '/ADMIN')).toBe('none');
  });

  it('lets nobody announce past a prefix of the file by letter case, nor take its requests away so', () => {
    expect(takerOf(tableOf(written('/Shop'), announced('/shop')), 'GET /shop')).toBe('ambiguous');
    expect(takerOf(tableOf(written('/Shop'), announced('/shop/admin')), 'GET /shop/admin')).toBe('ambiguous');
    const other = announced('/SHOP/admin', { service: 'b' });
    expect(takerOf(tableOf(written('/shop'), other), 'GET /shop/admin')).toBe('a');
  });

  it('knows when the rest of a path makes no difference, never when it does', () => {
    const word = fc.constantFrom('a', 'A', 'b', 'B', 'c');
    const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 5 }), path, path, path, fc.nat(8), (given, ...rest) => {
        const [start, one, other, length] = rest;
        const table = prefixes('/', ...given);
        const known = `${start}/`.slice(0, length + 1);
        const index = known.length;
        // What is at the index is not a slash, unless one more follows.
        const ends = [`;${one}`, `%2F${other}`, `%2f${one}`, `;${other}`].map((end) => known + end);
        if (!table.isDecidedBefore(index, ends[0] ?? '')) return;
        const reads = ends.flatMap((end) => [end, end.replace(/%2f/i, '/'), end.replace(/;[^/]*/, '')]);
        expect(new Set(reads.map((end) => found(table, end))).size).toBe(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('prefers the route that names the host', () => {
    const byHost = tableOf(announced('/a'), announced('/a', { service: 'shop', host: 'shop.example' }));
    expect([takerOf(byHost, 'GET /a', 'shop.example'), takerOf(byHost, 'GET /a')]).toEqual(['shop', 'a']);
  });

  it.each([
    ['a shorter prefix', tableOf(announced('/'), announced('/a', { methods: ['GET'] })), 'h'],
    ['the root of another service', tableOf(written('/'), announced('/a', { methods: ['GET'] })), 'h'],
    [
      'the route for every host',
      tableOf(announced('/a'), announced('/a', { host: 'shop.example', methods: ['GET'] })),
      'shop.example',
    ],
  ])(
    'does not fall back to %s for a method that the longest prefix does not take',
    (_what, byMethod, host) => {
      expect(byMethod.match('POST', host, '/a/1')).toMatchObject({
        kind: 'wrong-method',
        allow: ['GET', 'HEAD'],
      });
      expect(found(byMethod, '/a/1', 'HEAD', host)).toBe('/a');
    },
  );

  it('says which methods a path takes when it does not take this one', () => {
    const byMethod = tableOf(
      announced('/a', { methods: ['GET'] }),
      announced('/a/b', { methods: ['PUT'] }),
      announced('/a/b', { methods: ['POST'] }),
    );
    expect(byMethod.match('GET', 'h', '/a/b')).toMatchObject({
      kind: 'wrong-method',
      allow: ['POST', 'PUT'],
    });
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

describe('the routes of the file among those that are announced', () => {
  const shop = { host: 'shop.example' };
  const read = { methods: ['GET'] };
  const other = { service: 'b' };

  it.each<[what: string, routes: SourcedKey[], request: string, host: string, expected: string]>([
    [
      'win over one that names the host',
      [written('/x'), announced('/x', { ...other, ...shop })],
      'GET /x/1',
      'shop.example',
      'a',
    ],
    [
      'win over a longer prefix of another service',
      [written('/x'), announced('/x/y', other)],
      'GET /x/y',
      'h',
      'a',
    ],
    ['win for their host', [written('/x', shop), announced('/x/y', other)], 'GET /x/y', 'shop.example', 'a'],
    ['leave other hosts', [written('/x', shop), announced('/x/y', other)], 'GET /x/y', 'h', 'b'],
    ['win for their methods', [written('/x', read), announced('/x/y', other)], 'HEAD /x/y', 'h', 'a'],
    ['leave other methods', [written('/x', read), announced('/x/y', other)], 'POST /x/y', 'h', 'b'],
    [
      'leave other methods of the prefix itself',
      [written('/x', read), announced('/x', other)],
      'PUT /x',
      'h',
      'b',
    ],
    [
      'do not leave their own service’s other methods',
      [written('/x', read), announced('/x/y')],
      'POST /x/y',
      'h',
      'wrong-method',
    ],
    [
      'lend their policies to their own service',
      [written('/x'), announced('/x/y')],
      'GET /x/y',
      'h',
      'a, as a',
    ],
    ['lend those of the root to everybody', [written('/'), announced('/y', other)], 'GET /y', 'h', 'b, as a'],
    [
      'lend those of the longest prefix',
      [written('/', other), written('/x'), announced('/x/y')],
      'GET /x/y',
      'h',
      'a, as a',
    ],
    [
      'lend nothing where they are not for the host',
      [written('/', shop), announced('/y', other)],
      'GET /y',
      'h',
      'b',
    ],
    [
      'take everything where they are closed',
      [written('/', { closed: true }), announced('/y')],
      'GET /y',
      'h',
      'a',
    ],
    [
      'refuse everything else where they are closed',
      [written('/', { closed: true, ...read }), announced('/y', other)],
      'POST /y',
      'h',
      'wrong-method',
    ],
    ['have the root to themselves', [written('/'), announced('/', other)], 'GET /y', 'h', 'a'],
  ])('%s', (_what, routes, request, host, expected) => {
    expect(takerOf(tableOf(...routes), request, host)).toBe(expected);
    expect(takerOf(tableOf(...[...routes].reverse()), request, host)).toBe(expected);
  });

  it('are never overtaken past their policies by what is announced', () => {
    const prefix = fc
      .array(fc.constantFrom('x', 'y'), { maxLength: 3 })
      .map((segments) => `/${segments.join('/')}`);
    const host = fc.constantFrom('shop.example', 'other.example');
    const methods = fc.subarray(['GET', 'POST', 'PUT'], { minLength: 1 });
    const key = fc.record(
      { pathPrefix: prefix, host, methods },
      { requiredKeys: ['pathPrefix'], noNullPrototype: true },
    );
    const service = fc.constantFrom('a', 'b');
    const anyOf = (source: 'file' | 'announced') =>
      fc.array(
        fc.tuple(key, service, fc.boolean()).map(([one, name, closed]) => ({
          ...one,
          service: name,
          source,
          closed: closed && source === 'file',
        })),
        { maxLength: 5 },
      );
    fc.assert(
      fc.property(
        anyOf('file'),
        anyOf('announced'),
        fc.constantFrom('GET', 'POST', 'PUT'),
        host,
        prefix,
        (file, asked, method, name, path) => {
          const alone = tableOf(...file).match(method, name, path);
          const together = tableOf(...file, ...asked).match(method, name, path);
          if (alone.kind !== 'found') return;
          // Its own route, or one that it covers and that has its policies, or nobody.
          if (together.kind !== 'found') return expect(together.kind).toBe('wrong-method');
          const { route } = together;
          if (route.source === 'file') return expect(route).toEqual(alone.route);
          expect(route.policiesOf).toBe(alone.route.service);
          expect(alone.route.closed).toBe(false);
          expect(alone.route.pathPrefix === '/' || alone.route.service === route.service).toBe(true);
        },
      ),
    );
  });
});

function takerOf(table: RouteTable<Named>, request: string, host = 'h'): string {
  const [method = '', path = ''] = request.split(' ');
  const match = table.match(method, host, path);
  if (match.kind !== 'found') return match.kind;
  const { service, policiesOf } = match.route;
  return policiesOf === undefined ? service : `${service}, as ${policiesOf}`;
}
