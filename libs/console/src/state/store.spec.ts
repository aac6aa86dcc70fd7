import type { CatalogEvent, DrainProgress, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { setGlobals } from '../../test/support/page-globals';
import type { Frame } from './frame';
import { FIRST_PICTURE, KEPT_EVENTS } from './live-picture';
import type { GatewaySource, SourceReader } from './source';
import * as store from './store';

/** The frames of the screen, one at a time, by hand. */
let screen: (() => void)[];
let page: { visibilityState: string };
let restore: () => void;
let stop: () => void;
let reader: SourceReader;

const source: GatewaySource = {
  kind: 'gateway',
  registry: undefined,
  fleet: {
    gateways: () => Promise.resolve({ ok: true, value: { gateways: [] } }),
    ask: () =>
      Promise.resolve({ ok: false, fault: { status: 404, code: 'NOT_FOUND', detail: 'Not asked.' } }),
    order: () => Promise.resolve({ ok: true, value: undefined }),
  },
  registryUrls: () => Promise.resolve([]),
  follow(given) {
    reader = given;
    return () => undefined;
  },
};

beforeEach(() => {
  screen = [];
  page = { visibilityState: 'visible' };
  restore = setGlobals({
    document: page,
    requestAnimationFrame: (draw: () => void) => screen.push(draw),
  });
  stop = store.follow(source);
  reader.onPicture(FIRST_PICTURE);
});

afterEach(() => {
  stop();
  restore();
});

const draw = () => {
  for (const one of screen.splice(0)) one();
};

const instance = (id: string, status: Instance['status'] = 'up', service_name = 'product'): Instance => ({
  instance_id: id,
  service_name,
  url: 'http://10.0.0.1:80',
  status,
  version: null,
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
});
const hello: Frame = {
  type: 'hello',
  data: { catalog_id: 'c', revision: 1, stream_secret: '', warming: false, resumed: false },
};
const snapshot = (name: string, revision: number, ...instances: Instance[]): Frame => ({
  type: 'snapshot',
  data: { service_name: name, revision, instances },
});
const synced: Frame = { type: 'synced', data: { revision: 1 } };
const delta = (from: number, to: number, upserted: Instance, removed: readonly string[] = []): Frame => ({
  type: 'delta',
  data: {
    service_name: upserted.service_name,
    prev_revision: from,
    revision: to,
    upserted: [upserted],
    removed,
  },
});
const event = (revision: number): CatalogEvent => ({
  revision,
  at: revision,
  type: 'status_changed',
  service_name: 'product',
  instance_id: `i${revision}`,
  url: '',
  actor: 'registry',
  reason: 'up → suspect: session_lost',
});
const drain = (instance_id: string, revision: number): DrainProgress => ({
  instance_id,
  service_name: 'product',
  url: '',
  epoch: 1,
  revision,
  draining: true,
  since: null,
  complete: false,
  acked: [],
  missing: [],
  subscribers: [],
});
const statuses = () => store.catalog.value.get('product')?.instances.map(({ status }) => status);

test('however many frames come, the page is drawn once for all of them', () => {
  let drawn = 0;
  const unsubscribe = store.catalog.subscribe(() => {
    drawn += 1;
  });
  drawn = 0;

  reader.onFrames([hello, snapshot('product', 1, instance('a'))]);
  reader.onFrames([synced]);
  for (let revision = 1; revision < 100; revision += 1)
    reader.onFrames([delta(revision, revision + 1, instance('a', revision % 2 === 0 ? 'up' : 'suspect'))]);
  expect([screen.length, drawn]).toEqual([1, 0]);

  draw();
  expect(drawn).toBe(1);
  expect(statuses()).toEqual(['suspect']);
  unsubscribe();
});

test('a hidden tab, of which no frame is drawn, goes on all the same', async () => {
  page.visibilityState = 'hidden';
  reader.onFrames([hello, snapshot('product', 1, instance('a')), synced]);

  await eventually(() => store.isSynced.value);
  expect(statuses()).toEqual(['up']);
  expect(screen).toHaveLength(0);
});

test('what has not changed is the same object, so that nobody draws it again', () => {
  reader.onFrames([
    hello,
    snapshot('product', 1, instance('a')),
    snapshot('order', 1, instance('o', 'up', 'order')),
    synced,
  ]);
  draw();
  const [product, order] = [store.catalog.value.get('product'), store.catalog.value.get('order')];

  reader.onFrames([delta(1, 2, instance('a', 'suspect'))]);
  draw();

  expect(store.catalog.value.get('product')).not.toBe(product);
  expect(store.catalog.value.get('order')).toBe(order);
});

test('a gap leaves the page as it was, until a whole picture comes', () => {
  reader.onFrames([hello, snapshot('product', 1, instance('a')), synced]);
  draw();
  reader.onFrames([delta(5, 6, instance('b'))]);
  draw();
  expect(statuses()).toEqual(['up']);

  reader.onPicture({
    ...FIRST_PICTURE,
    synced: true,
    catalog: new Map([
      ['product', { name: 'product', revision: 6, instances: [instance('a', 'suspect')], claims: [] }],
    ]),
  });
  expect(statuses()).toEqual(['suspect']);
});

test('frames that wait when a whole picture comes are part of it, and not applied a second time', () => {
  reader.onFrames([hello, snapshot('product', 1, instance('a')), synced]);
  reader.onPicture({
    ...FIRST_PICTURE,
    synced: true,
    catalog: new Map([
      ['product', { name: 'product', revision: 9, instances: [instance('a', 'draining')], claims: [] }],
    ]),
  });
  draw();

  expect(statuses()).toEqual(['draining']);
});

test('a hundred changes a second for ten minutes leave no more behind than a few seconds of them', () => {
  reader.onFrames([
    hello,
    snapshot('product', 0, ...Array.from({ length: 10 }, (_, index) => instance(`i${index}`))),
    synced,
  ]);
  draw();
  for (let revision = 1; revision <= 60_000; revision += 1) {
    const id = `i${revision % 10}`;
    const status = revision % 3 === 0 ? 'suspect' : 'up';
    reader.onFrames([
      delta(revision - 1, revision, instance(id, status)),
      { type: 'event', data: event(revision) },
      { type: 'drain', data: drain(`gone-${revision}`, revision) },
    ]);
    if (revision % 2 === 0) draw();
  }
  draw();

  expect(store.events.value).toHaveLength(KEPT_EVENTS);
  expect(store.events.value[0]?.revision).toBe(60_000);
  expect(store.catalog.value.size).toBe(1);
  expect(store.catalog.value.get('product')?.instances).toHaveLength(10);
  // Of instances that are on no list nothing drains any more.
  expect(store.drains.value.size).toBe(0);
});

test('events of before the stream stand behind those of it, each once', () => {
  reader.onFrames([hello, synced, { type: 'event', data: event(5) }, { type: 'event', data: event(6) }]);
  draw();
  reader.onPastEvents([event(5), event(4), event(3)]);

  expect(store.events.value.map(({ revision }) => revision)).toEqual([6, 5, 4, 3]);
});

test('what people read is there with the first picture, and follows soon, not at every change', async () => {
  reader.onFrames([hello, snapshot('product', 1, instance('a')), synced]);
  draw();
  expect(store.readableCatalog.value.size).toBe(1);

  reader.onFrames([{ type: 'event', data: event(1) }, delta(1, 2, instance('a', 'suspect'))]);
  draw();
  expect(statuses()).toEqual(['suspect']);
  expect(store.readableEvents.value).toEqual([]);

  await eventually(() => store.readableEvents.value.length === 1);
  expect(store.readableCatalog.value).toBe(store.catalog.value);
});
