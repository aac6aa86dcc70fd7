import type { FileRouteView } from '@rollcall/gateway/for-operators';
import { diffRoutes, routeKey } from './routes-diff';

const route = (given: Partial<FileRouteView> = {}): FileRouteView => ({
  path_prefix: '/orders',
  service: 'order',
  source: 'file',
  strip_prefix: false,
  picker: 'round_robin',
  timeouts: { headers_ms: 1000, idle_ms: 1000 },
  retries: { attempts: 3 },
  max_in_flight: null,
  policies: [],
  ...given,
});

describe('diffRoutes', () => {
  it('finds nothing between the same routes in another order', () => {
    const one = route();
    const other = route({ path_prefix: '/products' });
    expect(diffRoutes([one, other], [other, one])).toEqual([]);
    expect(diffRoutes([route({ methods: ['GET', 'PUT'] })], [route({ methods: ['PUT', 'GET'] })])).toEqual(
      [],
    );
  });

  it('tells what is added, removed and changed', () => {
    const before = [route(), route({ path_prefix: '/old' }), route({ path_prefix: '/same' })];
    const after = [
      route({ picker: 'least_requests', policies: ['cors: *'] }),
      route({ path_prefix: '/same' }),
      route({ path_prefix: '/orders', host: 'shop.example', service: 'shop' }),
    ];
    expect(diffRoutes(before, after)).toEqual([
      { change: 'removed', route: '/old', fields: ['service: order'] },
      {
        change: 'changed',
        route: '/orders',
        fields: ['picker: "round_robin" → "least_requests"', 'policies: [] → ["cors: *"]'],
      },
      { change: 'added', route: 'shop.example/orders', fields: ['service: shop'] },
    ]);
  });
});

test.each([
  [{}, '/orders'],
  [{ host: 'a.example' }, 'a.example/orders'],
  [{ methods: ['POST', 'GET'], host: 'a.example' }, 'GET,POST a.example/orders'],
])('routeKey of %j is %s', (given, key) => {
  expect(routeKey(route(given))).toBe(key);
});
