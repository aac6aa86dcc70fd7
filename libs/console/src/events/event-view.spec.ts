import type { CatalogEvent } from '@rollcall/contracts';
import { foldEvents } from './causes';
import { neighbour, readEventView, shownCauses, windowOf } from './event-view';

const NOW = 1_795_763_680_000;
const MINUTE = 60_000;

const event = (revision: number, minutesAgo: number, more: Partial<CatalogEvent> = {}): CatalogEvent => ({
  revision,
  at: NOW - minutesAgo * MINUTE,
  type: 'registered',
  service_name: 'product',
  instance_id: `p-${revision}`,
  url: 'http://127.0.0.1:8081',
  actor: 'product',
  reason: 'registered as up',
  ...more,
});

const events = [
  event(1, 100),
  event(2, 20, { service_name: 'order', actor: 'ci' }),
  event(3, 10, { type: 'status_changed', actor: 'ana', reason: 'up → out_of_service: heap dump' }),
  event(4, 1),
];

const shown = (choices: Readonly<Record<string, string>>) => {
  const view = readEventView(choices);
  return shownCauses(foldEvents(events), view, windowOf(view, events, NOW)).map(({ revision }) => revision);
};

test('half an hour is shown when nothing is chosen, and a range that does not exist is nothing chosen', () => {
  expect(shown({})).toEqual([4, 3, 2]);
  expect(shown({ range: '15m' })).toEqual([4, 3]);
  expect(shown({ range: 'all' })).toEqual([4, 3, 2, 1]);
  expect(shown({ range: 'toString' })).toEqual([4, 3, 2]);
});

test('filters hold together: service, actor, type and text', () => {
  expect(shown({ service: 'product' })).toEqual([4, 3]);
  expect(shown({ actor: 'ci' })).toEqual([2]);
  expect(shown({ type: 'status_changed' })).toEqual([3]);
  expect(shown({ q: 'HEAP' })).toEqual([3]);
  expect(shown({ q: 'heap', actor: 'ci' })).toEqual([]);
});

test('a moment of the past is in the last quarter of what is shown, and never is the future', () => {
  const at = NOW - 100 * MINUTE;
  const past = windowOf(readEventView({ at: String(at), range: '15m' }), events, NOW);
  const present = windowOf(readEventView({ at: String(NOW - 1000) }), events, NOW);

  expect(past.to - past.from).toBe(15 * MINUTE);
  expect((at - past.from) / (past.to - past.from)).toBeCloseTo(0.75);
  expect(present.to).toBe(NOW);
});

test('a moment that is no number is the present', () => {
  expect(readEventView({ at: 'yesterday' }).at).toBeUndefined();
});

test('the neighbour of a moment is the event before or after it, and none beyond the last', () => {
  expect(neighbour(events, NOW - 15 * MINUTE, 1)).toBe(NOW - 10 * MINUTE);
  expect(neighbour(events, NOW - 15 * MINUTE, -1)).toBe(NOW - 20 * MINUTE);
  expect(neighbour(events, NOW, 1)).toBeUndefined();
});
