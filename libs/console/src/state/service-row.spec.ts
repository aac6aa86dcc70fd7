import type { CatalogEvent, Instance } from '@rollcall/contracts';
import type { Catalog, Service } from './catalog';
import { cellsOf, createServiceRows, titleOf, type RowSources } from './service-row';
import { flowOf, NO_TRAFFIC, type Ejection, type Traffic } from './traffic';

const instance = (service: string, id: string, more: Partial<Instance> = {}): Instance => ({
  instance_id: id,
  service_name: service,
  url: 'http://10.0.0.1:80',
  status: 'up',
  version: '1.0',
  zone: null,
  tags: [],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 1,
  last_heartbeat: 1,
  epoch: 1,
  revision: 1,
  ...more,
});

const service = (name: string, ...instances: Instance[]): Service => ({
  name,
  revision: 1,
  instances,
  claims: [],
});
const catalog = (...services: Service[]): Catalog => new Map(services.map((one) => [one.name, one]));
const event = (service_name: string, revision: number): CatalogEvent => ({
  revision,
  at: revision,
  type: 'registered',
  service_name,
  instance_id: 'a',
  url: '',
  actor: 'registry',
  reason: 'registered',
});
const sources = (more: Partial<RowSources>): RowSources => ({
  catalog: new Map(),
  guards: [],
  drains: new Map(),
  events: [],
  traffic: NO_TRAFFIC,
  ...more,
});
const traffic = (more: Partial<Traffic>): Traffic => ({ ...NO_TRAFFIC, ...more });
const product = service('product', instance('product', 'a'), instance('product', 'b'));
const order = service('order', instance('order', 'o'));

test('only the row of what has changed is another one', () => {
  const rows = createServiceRows();
  const [first, second] = rows(sources({ catalog: catalog(product, order) }));
  const changed = service('product', instance('product', 'a', { status: 'suspect' }));

  const [third, fourth] = rows(sources({ catalog: catalog(changed, order) }));

  expect(third).not.toBe(first);
  expect(third?.cells.map(({ kind }) => kind)).toEqual(['suspect']);
  expect(fourth).toBe(second);
});

test('new figures make new rows, of which the cells are those before', () => {
  const rows = createServiceRows();
  const [before] = rows(sources({ catalog: catalog(product) }));

  const [after] = rows(
    sources({
      catalog: catalog(product),
      traffic: traffic({ calls: new Map([['product', flowOf([], 1)]]) }),
    }),
  );

  expect(after).not.toBe(before);
  expect(after?.cells).toBe(before?.cells);
});

test('an ejection shows in the cell, and is no other row while it says the same', () => {
  const rows = createServiceRows();
  const ejection = (for_ms: number): Ejection => ({
    service_name: 'product',
    instance_id: 'a',
    cause: 'consecutive',
    outcome: 's5xx',
    for_ms,
    by: {
      service_name: 'gateway',
      instance_id: 'gw-1',
      at: 1,
      interval_ms: 2000,
      routes_digest: null,
      held: {},
      ejected: [],
      other: { requests: 0, failed: 0 },
    },
  });
  const told = (for_ms: number) =>
    rows(
      sources({
        catalog: catalog(product),
        traffic: traffic({ ejections: new Map([['product/a', [ejection(for_ms)]]]) }),
      }),
    )[0];

  const first = told(8000);
  expect(first?.cells.map(({ kind }) => kind)).toEqual(['ejected', 'up']);
  expect(told(8000)).toBe(first);
  expect(told(6000)).not.toBe(first);
  expect(rows(sources({ catalog: catalog(product) }))[0]?.cells.map(({ kind }) => kind)).toEqual([
    'up',
    'up',
  ]);
});

test('a service of which nothing is listed is a row while requests wait for it', () => {
  const rows = createServiceRows();
  const [held] = rows(sources({ traffic: traffic({ held: new Map([['invoice', 12]]) }) }));

  expect(held).toMatchObject({ name: 'invoice', held: 12, attention: [{ label: '12 held' }] });
  expect(rows(sources({}))).toEqual([]);
});

test('the last change of a service is known as long as anything is, though it is no longer among the latest', () => {
  const rows = createServiceRows();
  rows(sources({ catalog: catalog(product, order), events: [event('order', 2), event('product', 1)] }));

  const later = rows(sources({ catalog: catalog(product, order), events: [event('order', 3)] }));
  expect(later.map(({ last }) => last?.revision)).toEqual([1, 3]);

  // Another registry, or the same without its history: nothing of before holds.
  expect(rows(sources({ catalog: catalog(product) }))[0]?.last).toBeUndefined();
});

test('who has left is forgotten', () => {
  const rows = createServiceRows();
  rows(sources({ catalog: catalog(product), events: [event('product', 1)] }));
  rows(sources({ catalog: catalog(order), events: [event('order', 2)] }));

  const [again] = rows(sources({ catalog: catalog(product), events: [event('order', 2)] }));

  expect(again?.last).toBeUndefined();
});

test.each([
  [{ version: null }, 'a · up'],
  [{ zone: 'eu-1a' }, 'a · up · 1.0 · eu-1a'],
  [{ status: 'out_of_service', reason: 'heap dump' }, 'a · out of service · heap dump · 1.0'],
] as const)('a cell says in words what it shows: %j', (more, words) => {
  expect(cellsOf([instance('product', 'a', more)], []).map(titleOf)).toEqual([words]);
});
