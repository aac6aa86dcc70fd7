import type { CatalogEvent, Instance } from '@rollcall/contracts';
import type { Frame } from './frame';
import { createLivePicture } from './live-picture';

const instance = (id: string, status: Instance['status'] = 'up'): Instance => ({
  instance_id: id,
  service_name: 'product',
  url: `http://10.0.0.1:80/${id}`,
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

const hello = (resumed: boolean): Frame => ({
  type: 'hello',
  data: { catalog_id: 'c', revision: 1, stream_secret: '', warming: false, resumed },
});
const snapshot = (revision: number, ...ids: string[]): Frame => ({
  type: 'snapshot',
  data: { service_name: 'product', revision, instances: ids.map((id) => instance(id)) },
});
const delta = (
  from: number,
  to: number,
  upserted: readonly Instance[],
  removed: readonly string[] = [],
): Frame => ({
  type: 'delta',
  data: { service_name: 'product', prev_revision: from, revision: to, upserted, removed },
});
const synced: Frame = { type: 'synced', data: { revision: 9 } };
const event = (revision: number, reason: string): CatalogEvent => ({
  revision,
  at: revision * 1000,
  type: 'status_changed',
  service_name: 'product',
  instance_id: 'a',
  url: 'http://10.0.0.1:80',
  actor: 'registry',
  reason,
});

function shown(live: ReturnType<typeof createLivePicture>): readonly string[] {
  return (live.current().catalog.get('product')?.instances ?? []).map(
    ({ instance_id, status }) => `${instance_id} ${status}`,
  );
}

test('a delta changes what it names and leaves the rest', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(1, 'a', 'b', 'c'), synced]);

  expect(live.apply([delta(1, 2, [instance('b', 'suspect')], ['c'])])).toBe('applied');
  expect(shown(live)).toEqual(['a up', 'b suspect']);
});

test('while the catalog is sent anew the one before it is shown, until it is complete', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(1, 'a', 'b'), synced]);

  live.apply([hello(false), snapshot(5, 'a')]);
  expect(shown(live)).toEqual(['a up', 'b up']);

  live.apply([synced]);
  expect(shown(live)).toEqual(['a up']);
});

test('a stream that goes on where it was changes what is known', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(1, 'a', 'b'), synced]);

  live.apply([hello(true), delta(1, 2, [], ['a']), synced]);
  expect(shown(live)).toEqual(['b up']);
});

test('a delta that does not follow on what is known is a gap, and changes nothing', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(3, 'a'), synced]);

  expect(live.apply([delta(4, 5, [instance('b')])])).toBe('gap');
  expect(shown(live)).toEqual(['a up']);
});

test('a delta that came before already is no gap', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(3, 'a'), synced]);

  expect(live.apply([delta(1, 2, [instance('b')])])).toBe('applied');
  expect(shown(live)).toEqual(['a up']);
});

test('a service that nobody is left of is gone', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(1, 'a'), synced, delta(1, 2, [], ['a'])]);

  expect(live.current().catalog.size).toBe(0);
});

test('events are newest first, and one that comes twice is one', () => {
  const live = createLivePicture();
  for (const data of [event(1, 'x'), event(2, 'y'), event(2, 'y'), event(3, 'z')])
    live.apply([{ type: 'event', data }]);

  expect(live.current().events.map(({ reason }) => reason)).toEqual(['z', 'y', 'x']);
});

test('a drain is over when its instance has left the list', () => {
  const live = createLivePicture();
  const progress = {
    instance_id: 'a',
    service_name: 'product',
    url: '',
    epoch: 1,
    revision: 1,
    draining: true,
  };
  live.apply([hello(false), snapshot(1, 'a', 'b'), synced]);
  live.apply([
    delta(1, 2, [instance('a', 'draining')]),
    {
      type: 'drain',
      data: { ...progress, since: 1, acked: [], missing: ['x'], complete: false, subscribers: [] },
    },
  ]);
  expect([...live.current().drains.keys()]).toEqual(['a']);

  live.apply([delta(2, 3, [], ['a'])]);
  expect(live.current().drains.size).toBe(0);
});

test('what has not changed is the same object as before', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(1, 'a'), synced]);
  const before = live.current();

  live.apply([{ type: 'event', data: event(1, 'x') }]);
  expect(live.current().catalog).toBe(before.catalog);
});

test('events of before the stream are put beneath those that have come since', () => {
  const live = createLivePicture();
  live.apply([{ type: 'event', data: event(3, 'c') }]);
  live.addPast([event(3, 'c'), event(2, 'b'), event(1, 'a')]);
  live.apply([
    { type: 'event', data: event(4, 'd') },
    { type: 'event', data: event(5, 'e') },
  ]);

  expect(live.current().events.map(({ reason }) => reason)).toEqual(['e', 'd', 'c', 'b', 'a']);
});

test('of another catalog nothing is kept: its revisions begin anew', () => {
  const live = createLivePicture();
  live.apply([hello(false), snapshot(90, 'a'), synced, { type: 'event', data: event(90, 'old') }]);

  live.apply([
    {
      type: 'hello',
      data: { catalog_id: 'd', revision: 1, stream_secret: '', warming: false, resumed: false },
    },
    { type: 'event', data: event(1, 'new') },
    synced,
  ]);
  expect(live.current().events.map(({ reason }) => reason)).toEqual(['new']);
  expect(live.current().catalog.size).toBe(0);
});
