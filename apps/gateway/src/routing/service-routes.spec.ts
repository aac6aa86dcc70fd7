import fc from 'fast-check';
import type { AnnouncedRoute, Instance, RouteClaim } from '@rollcall/contracts';
import { anInstance } from '../../test/support/an-instance';
import { announcementOf } from './announcement';
import { createServiceRoutes, type ServiceRoutes } from './service-routes';

const announcing = (id: string, registeredAt: number, ...routes: AnnouncedRoute[]): Instance =>
  anInstance({ instance_id: id, registered_at: registeredAt, epoch: registeredAt, routes });
const x: AnnouncedRoute = { path_prefix: '/x' };
const stripped: AnnouncedRoute = { ...x, strip_prefix: true };
const claim: RouteClaim = { path_prefix: '/x', since: 1, why: 'It was the first to announce it.' };
const routesOf = ({ routes }: ServiceRoutes) => [...routes];

describe('the routes of a service', () => {
  it('are what its instances announce, each once', () => {
    const service = createServiceRoutes('product');
    const { added, gone } = service.update([announcing('a', 1, x), announcing('b', 2, x)], []);
    expect(added).toEqual([announcementOf('product', x)]);
    expect(gone).toEqual([]);
  });

  it('go on as the very same object while instances come, change and go', () => {
    const service = createServiceRoutes('product');
    const [before] = service.update([announcing('a', 1, x)], [claim]).added;
    const nothing = { added: [], gone: [] };
    expect(service.update([announcing('a', 1, x), announcing('b', 2, x)], [claim])).toEqual(nothing);
    expect(service.update([announcing('b', 2, x)], [{ ...claim }])).toEqual(nothing);
    expect(service.update([{ ...announcing('b', 2, x), status: 'draining' }], [claim])).toEqual(nothing);
    expect(service.update([], [{ ...claim, unannounced_since: 5 }])).toEqual(nothing);
    expect(routesOf(service)[0]).toBe(before);
  });

  it('stay while the registry keeps the path, and end with its claim', () => {
    const service = createServiceRoutes('product');
    service.update([], [{ ...claim, unannounced_since: 5 }]);
    expect(routesOf(service)).toEqual([announcementOf('product', x)]);
    expect(service.update([], []).gone).toEqual([announcementOf('product', x)]);
    expect(routesOf(service)).toEqual([]);
  });

  it('follow the oldest instance where they disagree, while it is there', () => {
    const service = createServiceRoutes('product');
    const [old, young] = [announcing('old', 1, stripped), announcing('young', 2, x)];
    service.update([young], []);
    expect(routesOf(service)).toMatchObject([{ stripPrefix: false }]);
    expect(service.update([young, old], [])).toMatchObject({
      gone: [{ stripPrefix: false }],
      added: [{ stripPrefix: true }],
    });
    expect(service.update([young], []).added).toMatchObject([{ stripPrefix: false }]);
  });

  it('follow one life of an instance whose routes become others', () => {
    const service = createServiceRoutes('product');
    service.update([announcing('a', 1)], []);
    expect(service.update([announcing('a', 1, x)], []).added).toHaveLength(1);
    expect(service.update([announcing('a', 1)], []).gone).toHaveLength(1);
  });

  it('are, after any changes, those of a service that began with the last of them', () => {
    const route = fc.record({
      path_prefix: fc.constantFrom('/x', '/y', '/z'),
      strip_prefix: fc.boolean(),
    });
    const instance = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3), fc.array(route, { maxLength: 3 }))
      .map(([id, at, routes]) => announcing(id, at, ...routes));
    const state = fc.tuple(
      fc.uniqueArray(instance, { selector: ({ instance_id: id }) => id }),
      fc.uniqueArray(
        fc.constantFrom('/x', '/y', '/w').map((path_prefix) => ({ ...claim, path_prefix })),
        { selector: ({ path_prefix: prefix }) => prefix },
      ),
    );
    const ageless = (instances: readonly Instance[]) =>
      // Of two that registered at one moment either may be heard first.
      instances.map((one, at) => ({ ...one, registered_at: one.registered_at * 10 + at }));
    fc.assert(
      fc.property(fc.array(state, { minLength: 1 }), (states) => {
        const service = createServiceRoutes('product');
        const table = new Set<unknown>();
        for (const [instances, claims] of states) {
          const { gone, added } = service.update(ageless(instances), claims);
          for (const one of gone) expect(table.delete(one)).toBe(true);
          for (const one of added) table.add(one);
        }
        const [instances, claims] = states.at(-1) ?? [[], []];
        const fresh = createServiceRoutes('product');
        fresh.update(ageless(instances), claims);
        const byText = (routes: Iterable<unknown>) => Array.from(routes, (one) => JSON.stringify(one)).sort();
        expect(byText(service.routes)).toEqual(byText(fresh.routes));
        expect(byText(table)).toEqual(byText(fresh.routes));
      }),
    );
  });
});
