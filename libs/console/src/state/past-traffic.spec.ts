import type { TrafficEdge, TrafficResponse } from '@rollcall/contracts';
import { figure, whole } from './figures';
import { pastAnswer, trafficAt } from './past-traffic';

const NOW = 1_000_000;
const STEP = 2000;

const edge = (more: Partial<TrafficEdge>): TrafficEdge => ({
  from: 'gateway',
  reporter: null,
  service_name: 'product',
  instance_id: null,
  route: '/products',
  requests: 999,
  failed: 99,
  retried: 9,
  in_flight: 9,
  outcomes: { s5xx: 99 },
  buckets: { '40': 999 },
  requests_per_second: 50,
  p50_ms: 100,
  p99_ms: 200,
  last_at: NOW,
  ...more,
});

/** Every step of the last five minutes; `of` is told how many seconds ago it began. */
const series = (of: (secondsAgo: number) => number, failed = 0) => {
  const ago = Array.from({ length: 150 }, (_, index) => (150 - index) * 2);
  return {
    begins_at: NOW - 300_000,
    requests: ago.map(of),
    failed: ago.map((seconds) => (of(seconds) > 0 ? failed : 0)),
    p99_ms: ago.map((seconds) => (of(seconds) > 0 ? seconds : null)),
  };
};

const answer = (...edges: TrafficEdge[]): TrafficResponse => ({
  at: NOW,
  reports: 'on',
  step_ms: STEP,
  window_ms: 300_000,
  reporters: [],
  edges,
});

const busyAMinuteAgo = (seconds: number) => (seconds > 60 && seconds <= 80 ? 20 : 0);

test('of a moment there is what was sent in the 20 s before it', () => {
  const at = NOW - 60_000;
  const past = trafficAt(answer(edge({ series: series(busyAMinuteAgo, 5) })), at);

  expect(past?.calls.get('product')).toMatchObject({
    perSecond: 10,
    failedShare: 0.25,
    requests: 200,
    p99: 80,
  });
  expect(past?.windowMs).toBe(20_000);
});

test('what was not sent then is not there, though it is sent now', () => {
  const at = NOW - 200_000;
  const past = trafficAt(answer(edge({ series: series(busyAMinuteAgo) })), at);

  expect(past?.calls.get('product')).toBeUndefined();
  expect(past?.edges).toEqual([]);
});

test('what is not kept is no number', () => {
  const flow = trafficAt(answer(edge({ series: series(() => 1) })), NOW - 10_000)?.calls.get('product');

  expect([figure(flow?.retriedPerSecond), whole(flow?.inFlight), figure(flow?.p50)]).toEqual(['–', '–', '–']);
});

test('a service of several routes has the p99 of the slowest, as no more is kept', () => {
  const slow = { ...series(() => 1), p99_ms: new Array<number>(150).fill(700) };
  const past = trafficAt(
    answer(edge({ series: series(() => 1) }), edge({ route: '/v2', series: slow })),
    NOW - 100_000,
  );

  expect(past?.calls.get('product')).toMatchObject({ p99: 700, p50: null, perSecond: 1 });
});

test('lines end at the moment', () => {
  const past = trafficAt(answer(edge({ series: series((seconds) => seconds) })), NOW - 100_000);
  const line = past?.callSeries.get('product');

  expect(line?.requests.at(-1)).toBe(102);
  expect(line?.failed).toHaveLength(line?.requests.length ?? 0);
  expect(past?.edgeSeries.get('gateway→product')?.requests.at(-1)).toBe(102);
});

test('of what is longer ago than is kept nothing is known, which is not the same as no traffic', () => {
  const all = answer(edge({ series: series(() => 1) }));

  expect(pastAnswer(all, NOW - 300_001)).toBeUndefined();
  expect(pastAnswer(all, NOW - 299_999)?.edges).toEqual([]);
  expect(trafficAt(answer(), NOW - 1000)?.edges).toEqual([]);
});

test('edges of instances stay apart from calls', () => {
  const past = trafficAt(
    answer(
      edge({ series: series(() => 2) }),
      edge({ instance_id: 'a', route: null, series: series(() => 3, 3) }),
    ),
    NOW - 30_000,
  );

  expect(past?.calls.get('product')?.failedShare).toBe(0);
  expect(past?.instances.get('product/a')).toMatchObject({ requests: 30, failedShare: 1 });
});
