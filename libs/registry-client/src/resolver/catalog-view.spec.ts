import type { Instance, WatchDelta, WatchHello } from '@rollcall/contracts';
import fc from 'fast-check';
import { createFakeCatalog, type FakeCatalog } from '../testing/fake-catalog';
import { createCatalogView, type CatalogView } from './catalog-view';
import type { DiscoveryResult } from './discovery-result';

const SERVICES = ['product', 'order'];
const failure = { code: 'STREAM_ENDED', message: 'gone' };

function hello(catalog: FakeCatalog, change: Partial<WatchHello> = {}): WatchHello {
  const { id: catalog_id, revision } = catalog;
  return { catalog_id, revision, stream_secret: 's', warming: false, resumed: false, ...change };
}

/** What a registry writes at the beginning of a stream. */
function openFresh(
  view: CatalogView,
  catalog: FakeCatalog,
  everything: boolean,
  warming: boolean,
  now: number,
): void {
  view.opening(everything ? '*' : SERVICES);
  view.apply({ type: 'hello', data: hello(catalog, { warming }) }, now);
  for (const name of everything ? catalog.serviceNames() : SERVICES) {
    const snapshot = {
      service_name: name,
      revision: catalog.serviceRevision(name),
      instances: catalog.instancesOf(name),
      claims: catalog.claimsOf(name),
    };
    view.apply({ type: 'snapshot', data: snapshot }, now);
  }
  view.apply({ type: 'synced', data: { revision: catalog.revision } }, now);
}

function openResumed(
  view: CatalogView,
  catalog: FakeCatalog,
  everything: boolean,
  from: number,
  now: number,
): void {
  view.opening(everything ? '*' : view.names);
  view.apply({ type: 'hello', data: hello(catalog, { resumed: true }) }, now);
  for (const delta of catalog.changes.filter(({ revision }) => revision > from))
    view.apply({ type: 'delta', data: delta }, now);
  view.apply({ type: 'synced', data: { revision: catalog.revision } }, now);
}

function ids(result: DiscoveryResult): string[] {
  return 'snapshot' in result ? result.snapshot.instances.map((instance) => instance.instance_id).sort() : [];
}

function listedIds(catalog: FakeCatalog, name: string): string[] {
  return catalog
    .instancesOf(name)
    .map((instance) => instance.instance_id)
    .sort();
}

const command = fc.oneof(
  fc.record({
    do: fc.constant('register' as const),
    service: fc.constantFrom(...SERVICES),
    port: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    do: fc.constant('evict' as const),
    service: fc.constantFrom(...SERVICES),
    port: fc.integer({ min: 1, max: 4 }),
  }),
  fc.constantFrom(
    { do: 'lose' as const },
    { do: 'resume' as const },
    { do: 'reopen' as const },
    { do: 'replay' as const },
  ),
);

describe('what a resolver knows', () => {
  it.each([true, false])(
    'is what the catalog lists whenever a stream is in sync, whatever happened before (everything: %s)',
    (everything) => {
      fc.assert(
        fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
          const catalog = createFakeCatalog({ ttlSeconds: 30 });
          const view = createCatalogView(everything);
          let connected = false;
          let seen = 0;
          if (!everything) SERVICES.forEach((name) => view.follow(name));
          catalog.onChange((delta) => {
            if (!connected) return;
            expect(view.apply({ type: 'delta', data: delta }, 0).kind).toBe('changed');
            seen = delta.revision;
          });

          for (const step of commands) {
            const before = SERVICES.map((name) => ids(view.current(name)));
            switch (step.do) {
              case 'register': {
                const { service, port } = step;
                catalog.register({
                  service_name: service,
                  url: `http://h:${port}`,
                  instance_id: `${service}-${port}`,
                });
                break;
              }
              case 'evict':
                catalog.evict(`${step.service}-${step.port}`);
                break;
              case 'lose':
                connected = false;
                view.lose(failure, 1);
                expect(SERVICES.map((name) => ids(view.current(name)))).toEqual(before);
                break;
              case 'resume':
                if (connected || !view.synced) break;
                openResumed(view, catalog, everything, seen, 0);
                connected = true;
                seen = catalog.revision;
                break;
              case 'reopen':
                openFresh(view, catalog, everything, false, 0);
                connected = true;
                seen = catalog.revision;
                break;
              case 'replay':
                if (!connected) break;
                for (const delta of catalog.changes.filter(({ revision }) => revision <= seen).slice(-3))
                  if (view.current(delta.service_name).state === 'resolved' && isNewest(catalog, delta))
                    view.apply({ type: 'delta', data: delta }, 0);
            }
            if (!connected) continue;
            for (const name of SERVICES) {
              expect(view.current(name).state).toBe('resolved');
              expect(ids(view.current(name))).toEqual(listedIds(catalog, name));
            }
          }
        }),
      );
    },
  );

  it('never shrinks while a registry that started empty warms up, except by what it has itself listed', () => {
    const registrations = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 10 });
    fc.assert(
      fc.property(registrations, registrations, (before, after) => {
        const old = createFakeCatalog({ ttlSeconds: 30 });
        const fresh = createFakeCatalog({ ttlSeconds: 30 });
        const view = createCatalogView(true);
        for (const port of before) register(old, port);
        openFresh(view, old, true, false, 0);
        view.lose(failure, 1);

        openFresh(view, fresh, true, true, 1000);
        fresh.onChange((delta) => view.apply({ type: 'delta', data: delta }, 2000));
        for (const port of after) register(fresh, port);

        const expected = [...new Set([...before, ...after].map((port) => `product-${port}`))].sort();
        expect(ids(view.current('product'))).toEqual(expected);
        view.release(1000 + 30_000);
        expect(ids(view.current('product'))).toEqual(listedIds(fresh, 'product'));
        expect(view.nextRelease).toBeUndefined();
      }),
    );
  });

  it('lets go exactly one lease after an instance was first missed, however often the stream is opened', () => {
    const old = createFakeCatalog({ ttlSeconds: 30 });
    const fresh = createFakeCatalog({ ttlSeconds: 30 });
    const view = createCatalogView(true);
    register(old, 1);
    openFresh(view, old, true, false, 0);

    openFresh(view, fresh, true, true, 1000);
    openFresh(view, fresh, true, true, 20_000);

    expect(view.nextRelease).toBe(31_000);
    expect(view.release(30_999)).toEqual([]);
    expect(view.release(31_000)).toEqual(['product']);
  });

  it('takes the place of a held instance from who registers at its address', () => {
    const old = createFakeCatalog({ ttlSeconds: 30 });
    const fresh = createFakeCatalog({ ttlSeconds: 30 });
    const view = createCatalogView(true);
    register(old, 1);
    openFresh(view, old, true, false, 0);
    openFresh(view, fresh, true, true, 0);
    fresh.onChange((delta) => view.apply({ type: 'delta', data: delta }, 0));

    fresh.register({ service_name: 'product', url: 'http://h:1', instance_id: 'successor' });

    expect(ids(view.current('product'))).toEqual(['successor']);
  });

  it('does not believe that another catalog is gone on from', () => {
    const view = createCatalogView(true);
    openFresh(view, createFakeCatalog({ ttlSeconds: 30 }), true, false, 0);
    const other = createFakeCatalog({ ttlSeconds: 30 });

    expect(view.apply({ type: 'hello', data: hello(other, { resumed: true }) }, 0).kind).toBe('gap');
  });

  it('follows a service whose revisions the registry forgot while it was empty', () => {
    const catalog = createFakeCatalog({ ttlSeconds: 30 });
    const forgetful = createFakeCatalog({ ttlSeconds: 30 });
    const view = createCatalogView(false);
    view.follow('product');
    view.follow('order');
    register(catalog, 1);
    openFresh(view, catalog, false, false, 0);
    catalog.onChange((delta) => view.apply({ type: 'delta', data: delta }, 0));
    catalog.evict('product-1');

    register(forgetful, 2);
    const [delta] = forgetful.changes.map((change) => ({ ...change, revision: 9 }));

    expect(delta).toMatchObject({ prev_revision: 0 });
    expect(delta && view.apply({ type: 'delta', data: delta }, 0)).toEqual({
      kind: 'changed',
      services: ['product'],
    });
    expect(ids(view.current('product'))).toEqual(['product-2']);
  });

  it.each([true, false])(
    'knows the paths that a service holds, also while it has no instance (%p)',
    (everything) => {
      const catalog = createFakeCatalog({ ttlSeconds: 30 });
      const view = createCatalogView(everything);
      view.follow('product');
      const registered = catalog.register({
        service_name: 'product',
        url: 'http://127.0.0.1:1',
        routes: [{ path_prefix: '/products' }],
      });
      if ('code' in registered) throw new Error(registered.code);
      openFresh(view, catalog, everything, false, 0);
      const claims = () => {
        const result = view.current('product');
        return 'snapshot' in result ? result.snapshot.claims : undefined;
      };
      expect(claims()).toEqual(catalog.claimsOf('product'));
      const from = catalog.revision;
      catalog.update(registered.instance.instance_id, { status: 'draining' });
      catalog.evict(registered.instance.instance_id);
      openResumed(view, catalog, everything, from, 1);
      expect(claims()).toMatchObject([{ unannounced_since: expect.any(Number) as number }]);
      openFresh(view, catalog, everything, false, 2);
      expect(claims()).toHaveLength(1);
      // A registry that began anew has given nothing out; a path that no instance announces is not kept.
      openFresh(view, createFakeCatalog({ ttlSeconds: 30 }), everything, true, 3);
      expect(claims()).toBeUndefined();
    },
  );

  it('keeps the paths of a service whose instances it holds on to', () => {
    const catalog = createFakeCatalog({ ttlSeconds: 30 });
    const view = createCatalogView(true);
    const routes = [{ path_prefix: '/products' }];
    catalog.register({ service_name: 'product', url: 'http://127.0.0.1:1', routes });
    openFresh(view, catalog, true, false, 0);
    openFresh(view, createFakeCatalog({ ttlSeconds: 30 }), true, true, 1);
    expect(view.current('product')).toMatchObject({ snapshot: { instances: [{}], claims: [{}] } });
  });

  it('finds a gap', () => {
    const catalog = createFakeCatalog({ ttlSeconds: 30 });
    const view = createCatalogView(true);
    register(catalog, 1);
    openFresh(view, catalog, true, false, 0);
    const upserted: Instance[] = [];
    const delta = {
      service_name: 'product',
      prev_revision: 5,
      revision: 6,
      upserted,
      removed: ['product-1'],
    };

    expect(view.apply({ type: 'delta', data: delta }, 0).kind).toBe('gap');
    expect(ids(view.current('product'))).toEqual(['product-1']);
  });
});

function register(catalog: FakeCatalog, port: number): void {
  catalog.register({ service_name: 'product', url: `http://h:${port}`, instance_id: `product-${port}` });
}

/** A replay of what a service's view has already taken in is harmless; one that it has forgotten is not sent. */
function isNewest(catalog: FakeCatalog, delta: WatchDelta): boolean {
  return catalog.serviceRevision(delta.service_name) === delta.revision;
}
