import type { RouteView } from '@rollcall/contracts';
import { mergeRoutes } from './merge-routes';

const route = (more: Partial<RouteView> = {}): RouteView => ({
  path_prefix: '/products',
  service: 'product',
  source: 'announced',
  strip_prefix: false,
  picker: 'round_robin',
  timeouts: { headers_ms: 1, idle_ms: 1 },
  retries: { attempts: 2 },
  max_in_flight: 5000,
  policies: [],
  instances: 2,
  ...more,
});
const view = (...routes: RouteView[]) => ({ routes, refused: [] });

describe('the routes of several workers', () => {
  it('are listed once, with the whole of a limit', () => {
    const other = route({ host: 'shop.example', max_in_flight: 50 });
    expect(mergeRoutes([view(route(), other), view(other, route())])).toEqual(
      view(route({ max_in_flight: 10_000 }), { ...other, max_in_flight: 100 }),
    );
  });

  it('are told apart by method', () => {
    const [read, write] = [route({ methods: ['GET'] }), route({ methods: ['POST'], max_in_flight: 1 })];
    expect(
      mergeRoutes([view(read, write), view(read, write)]).routes.map((one) => one.max_in_flight),
    ).toEqual([10_000, 2]);
  });

  it('without a limit have none', () => {
    const unlimited = route({ max_in_flight: null });
    expect(mergeRoutes([view(unlimited), view(unlimited)])).toEqual(view(unlimited));
  });

  it('are those of the first worker while another one has heard of less', () => {
    expect(mergeRoutes([view(route()), view()])).toEqual(view(route()));
  });
});
