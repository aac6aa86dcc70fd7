import type { CatalogEvent, Instance } from '@rollcall/contracts';
import fc from 'fast-check';
import type { Catalog } from '../state/catalog';
import { catalogAt } from './past-catalog';

const instance = (id: string, more: Partial<Instance> = {}): Instance => ({
  instance_id: id,
  service_name: 'order',
  url: `http://10.0.0.1/${id}`,
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

const catalog = (...instances: Instance[]): Catalog =>
  new Map([['order', { name: 'order', revision: 1, instances, claims: [] }]]);

let revision = 0;
const event = (
  at: number,
  type: CatalogEvent['type'],
  reason: string = type,
  instance_id = 'a',
): CatalogEvent => ({
  revision: (revision += 1),
  at,
  type,
  service_name: 'order',
  instance_id,
  url: `http://10.0.0.1/${instance_id}`,
  actor: 'registry',
  reason,
});

const told = (past: Catalog) =>
  [...past.values()].flatMap(({ instances }) =>
    instances.map(({ instance_id, status }) => `${instance_id} ${status}`),
  );

test('a status is that before the first change after the moment', () => {
  const events = [
    event(2000, 'status_changed', 'up → suspect: session_lost'),
    event(3000, 'status_changed', 'suspect → up: answered'),
    event(4000, 'status_changed', 'up → draining: drain'),
  ];
  const now = catalog(instance('a', { status: 'draining' }));

  expect([1000, 2500, 3500, 5000].map((at) => told(catalogAt(now, events, at)))).toEqual([
    ['a up'],
    ['a suspect'],
    ['a up'],
    ['a draining'],
  ]);
});

test('who came later was not there, whether its event is kept or only the time of its registration', () => {
  const now = catalog(instance('a', { registered_at: 2 }), instance('b', { registered_at: 2 }));

  expect(told(catalogAt(now, [event(2000, 'registered')], 1000))).toEqual([]);
  expect(told(catalogAt(now, [event(2000, 'registered')], 2500))).toEqual(['a up', 'b up']);
});

test.each(['deregistered', 'evicted', 'replaced'] as const)('who has left since (%s) was there', (type) => {
  const events = [event(2000, type, type, 'left')];

  expect(told(catalogAt(catalog(instance('a')), events, 1000))).toEqual(['a up', 'left up']);
  expect(told(catalogAt(catalog(instance('a')), events, 3000))).toEqual(['a up']);
});

test('who has left was what it had come to, and the service is there though nothing of it is now', () => {
  const events = [
    event(1000, 'status_changed', 'up → suspect: session_lost', 'left'),
    event(3000, 'evicted', 'lease_ended', 'left'),
  ];

  const past = catalogAt(new Map(), events, 2000);

  expect(told(past)).toEqual(['left suspect']);
  expect(past.get('order')?.instances[0]).toMatchObject({ url: 'http://10.0.0.1/left', version: null });
  expect(told(catalogAt(new Map(), events, 500))).toEqual(['left up']);
});

test('who left and came back under its id is there once, and was away in between', () => {
  const events = [event(2000, 'deregistered'), event(4000, 'registered')];
  const now = catalog(instance('a', { registered_at: 4 }));

  expect([1000, 3000, 5000].map((at) => told(catalogAt(now, events, at)))).toEqual([['a up'], [], ['a up']]);
});

test('the reason of now is not that of then, and what changes no status says nothing', () => {
  const events = [
    event(1500, 'routes_changed', '/orders'),
    event(2000, 'status_changed', 'up → suspect: session_lost'),
    event(2500, 'status_changed', 'a text of somebody → else'),
  ];
  const now = catalog(instance('a', { status: 'suspect', reason: 'session_lost' }));

  expect(catalogAt(now, events, 1000).get('order')?.instances[0]).not.toHaveProperty('reason');
  expect(told(catalogAt(now, events, 1000))).toEqual(['a up']);
});

test('told back by events in any order, it is as it was when they happened', () => {
  const statuses = ['up', 'suspect', 'starting', 'out_of_service'] as const;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(4)), { maxLength: 30 }),
      fc.func(fc.nat()),
      (steps, shuffle) => {
        const alive = new Map<string, Instance>();
        const events: CatalogEvent[] = [];
        const pictures: (readonly string[])[] = [[]];
        steps.forEach(([who, what], index) => {
          const id = `i${who}`;
          const at = (index + 1) * 1000;
          const known = alive.get(id);
          const to = statuses[what];
          if (known === undefined) {
            alive.set(id, instance(id, { registered_at: at / 1000 }));
            events.push(event(at, 'registered', 'registered as up', id));
          } else if (to === undefined) {
            alive.delete(id);
            events.push(event(at, 'deregistered', 'deregistered', id));
          } else if (to !== known.status) {
            alive.set(id, { ...known, status: to });
            events.push(event(at, 'status_changed', `${known.status} → ${to}: why`, id));
          }
          pictures.push(
            [...alive.values()].map(({ instance_id, status }) => `${instance_id} ${status}`).sort(),
          );
        });
        const mixed = [...events].sort((a, b) => shuffle(a.revision) - shuffle(b.revision));
        const now = catalog(...alive.values());

        pictures.forEach((picture, index) =>
          expect([...told(catalogAt(now, mixed, index * 1000 + 500))].sort()).toEqual(picture),
        );
      },
    ),
  );
});
