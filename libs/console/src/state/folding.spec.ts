import type { CatalogEvent } from '@rollcall/contracts';
import { fold } from './folding';

const event = (at: number, more: Partial<CatalogEvent> = {}): CatalogEvent => ({
  revision: at,
  at,
  type: 'status_changed',
  service_name: 'pricing',
  instance_id: '09aa',
  url: 'http://10.0.0.1:80',
  actor: 'registry',
  reason: 'session_lost',
  ...more,
});

const evicted = (at: number, more: Partial<CatalogEvent> = {}) =>
  event(at, { type: 'evicted', reason: 'refused', ...more });

test('the steps of one instance in quick succession are one line, which says what it came to', () => {
  const [one, ...others] = fold([evicted(1212), event(1000)]);

  expect(others).toEqual([]);
  expect(one?.last.type).toBe('evicted');
  expect(one?.steps.map(({ type }) => type)).toEqual(['status_changed', 'evicted']);
});

test('what comes a minute later is another story', () => {
  expect(fold([evicted(61_000), event(1000)])).toHaveLength(2);
});

test('a registration begins a life: what came before it is not one of its steps', () => {
  const registered = event(2000, { type: 'registered', reason: 'registered' });

  expect(fold([event(3000), registered, evicted(1500)]).map(({ steps }) => steps.length)).toEqual([2, 1]);
});

test('what happens to several of a service at once is one line with all of them', () => {
  const [one, ...others] = fold(
    ['a', 'b', 'c'].map((instance_id, index) => event(1300 - index * 100, { instance_id })),
  );

  expect(others).toEqual([]);
  expect(one?.instances).toEqual(['a', 'b', 'c']);
});

test('different reasons, and different services, stay apart', () => {
  const events = [
    event(3, { instance_id: 'a' }),
    event(2, { instance_id: 'b', reason: 'held: x' }),
    event(1, { service_name: 'order' }),
  ];

  expect(fold(events)).toHaveLength(3);
});
