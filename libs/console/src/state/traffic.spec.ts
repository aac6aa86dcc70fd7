import type { TrafficEdge, TrafficResponse } from '@rollcall/contracts';
import { NO_TRAFFIC, instanceKey, withHistory, withTraffic } from './traffic';

const STEP = 2000;

const edge = (more: Partial<TrafficEdge>): TrafficEdge => ({
  from: 'gateway',
  reporter: null,
  service_name: 'product',
  instance_id: null,
  route: '/products',
  requests: 0,
  failed: 0,
  retried: 0,
  in_flight: 0,
  outcomes: {},
  buckets: {},
  requests_per_second: 0,
  p50_ms: null,
  p99_ms: null,
  last_at: 0,
  ...more,
});

const answer = (
  at: number,
  edges: readonly TrafficEdge[],
  more: Partial<TrafficResponse> = {},
): TrafficResponse => ({
  // Of the steps that are over for four seconds everybody has told.
  at: at + 4000,
  reports: 'on',
  step_ms: STEP,
  window_ms: 20_000,
  reporters: [],
  edges,
  ...more,
});

const series = (begins_at: number, requests: readonly number[]) => ({
  begins_at,
  requests,
  failed: requests.map(() => 0),
  p99_ms: requests.map((count) => (count === 0 ? null : count)),
});

test('calls and attempts are never added up', () => {
  const traffic = withTraffic(
    NO_TRAFFIC,
    answer(100_000, [
      edge({ requests: 100, failed: 1, requests_per_second: 5 }),
      edge({ instance_id: 'a', route: null, requests: 60, failed: 20, requests_per_second: 3 }),
      edge({ instance_id: 'b', route: null, requests: 60, failed: 0, requests_per_second: 3 }),
    ]),
  );

  expect(traffic.calls.get('product')).toMatchObject({ requests: 100, failedShare: 0.01, perSecond: 5 });
  expect(traffic.attempts.get('product')).toMatchObject({ requests: 120, perSecond: 6 });
  expect(traffic.instances.get(instanceKey('product', 'a'))?.failedShare).toBeCloseTo(1 / 3);
});

test('the total is what came in at gateways, not what services call among themselves', () => {
  const traffic = withTraffic(
    NO_TRAFFIC,
    answer(100_000, [
      edge({ requests: 100, requests_per_second: 5 }),
      edge({ from: 'order', route: null, service_name: 'pricing', requests: 400, requests_per_second: 20 }),
    ]),
  );

  expect(traffic.total.perSecond).toBe(5);
  expect(traffic.calls.get('pricing')?.perSecond).toBe(20);
});

test('where no gateway reports the total is all calls', () => {
  const traffic = withTraffic(NO_TRAFFIC, answer(1, [edge({ route: null, requests_per_second: 20 })]));

  expect(traffic.total.perSecond).toBe(20);
});

test('percentiles are of all reporters together, not a mean of theirs', () => {
  const traffic = withTraffic(
    NO_TRAFFIC,
    answer(1, [
      edge({ buckets: { 10: 99 }, requests: 99 }),
      edge({ from: 'order', route: null, buckets: { 60: 99 }, requests: 99 }),
    ]),
  );
  const { p50 = 0, p99 = 0 } = traffic.calls.get('product') ?? {};

  expect(p50).toBeLessThan(1);
  expect(p99).toBeGreaterThan(1000);
});

test('later answers are laid over what is known, step by step', () => {
  const first = withTraffic(NO_TRAFFIC, answer(100_000, [edge({ series: series(92_000, [1, 2, 3, 4]) })]));
  const second = withTraffic(first, answer(104_000, [edge({ series: series(96_000, [30, 40, 50, 60]) })]));
  const known = second.callSeries.get('product');

  expect(known?.requests.slice(-6)).toEqual([1, 2, 30, 40, 50, 60]);
  expect(known?.requests).toHaveLength(150);
});

test('edges of one answer are added up, step by step', () => {
  const both = [
    edge({ series: series(96_000, [1, 2]) }),
    edge({ from: 'order', route: null, series: series(96_000, [10, 20]) }),
  ];
  const known = withTraffic(NO_TRAFFIC, answer(100_000, both)).callSeries.get('product');

  expect(known?.requests.slice(-2)).toEqual([11, 22]);
  expect(known?.p99.slice(-2)).toEqual([10, 20]);
});

test('what is too long ago is forgotten', () => {
  const first = withTraffic(NO_TRAFFIC, answer(100_000, [edge({ series: series(96_000, [7, 7]) })]));
  const later = withTraffic(
    first,
    answer(1_000_000, [edge({ service_name: 'other', series: series(996_000, [1]) })]),
  );

  expect(later.callSeries.has('product')).toBe(false);
});

test('requests that wait are added up over gateways', () => {
  const reporter = (instance_id: string, held: Readonly<Record<string, number>>) => ({
    service_name: 'gateway',
    instance_id,
    at: 1,
    interval_ms: 2000,
    routes_digest: null,
    held,
    ejected: [],
    other: { requests: 0, failed: 0 },
  });
  const reporters = [reporter('gw-1', { invoice: 5 }), reporter('gw-2', { invoice: 7, mail: 0 })];

  expect([...withTraffic(NO_TRAFFIC, answer(1, [], { reporters })).held]).toEqual([['invoice', 12]]);
});

test('what was before fills in steps, and leaves the figures of the moment', () => {
  const now = withTraffic(
    NO_TRAFFIC,
    answer(100_000, [edge({ requests_per_second: 5, series: series(98_000, [9]) })]),
  );
  const long = answer(100_000, [edge({ requests_per_second: 1, series: series(92_000, [1, 2, 3]) })]);

  expect(withHistory(now, long).calls.get('product')?.perSecond).toBe(5);
  expect(withHistory(now, long).callSeries.get('product')?.requests.slice(-4)).toEqual([1, 2, 3, 9]);
  expect(withHistory(NO_TRAFFIC, long).calls.get('product')?.perSecond).toBe(1);
});

test('of the latest steps not all have told yet: they are not shown', () => {
  const latest = { ...answer(100_000, [edge({ series: series(96_000, [1, 2, 3, 4]) })]), at: 104_000 };

  expect(withTraffic(NO_TRAFFIC, latest).callSeries.get('product')?.requests.slice(-2)).toEqual([1, 2]);
});

describe('steps', () => {
  const told = (at: number, ...counts: number[]) =>
    answer(at, [edge({ requests: 1, series: series(at - counts.length * STEP, counts) })]);
  const lately = (traffic: ReturnType<typeof withTraffic>, steps: number) =>
    traffic.callSeries.get('product')?.requests.slice(-steps);

  test('of an answer that is a little older than the one before keep what both know', () => {
    const live = withTraffic(NO_TRAFFIC, told(400_000, 1, 2, 3));

    const both = withHistory(live, told(398_000, 7, 8));

    // The older one ends a step before: what it says of its steps holds, and 3 is beyond its end.
    expect(lately(both, 3)).toEqual([0, 7, 8]);
  });

  test('are as many after an hour of answers as after five minutes', () => {
    let traffic = NO_TRAFFIC;
    for (let turn = 1; turn <= 1800; turn += 1)
      traffic = withTraffic(traffic, told(400_000 + turn * STEP, turn));

    expect(traffic.callSeries.get('product')?.requests).toHaveLength(150);
    expect(lately(traffic, 3)).toEqual([1798, 1799, 1800]);
  });

  test('of who is not called any more are forgotten after five minutes', () => {
    let traffic = withTraffic(NO_TRAFFIC, told(400_000, 5));
    const other = (at: number) =>
      answer(at, [edge({ service_name: 'order', requests: 1, series: series(at - STEP, [1]) })]);
    traffic = withTraffic(traffic, other(698_000));
    expect([...traffic.callSeries.keys()]).toEqual(['product', 'order']);

    traffic = withTraffic(traffic, other(700_000));
    expect([...traffic.callSeries.keys()]).toEqual(['order']);
    expect([...traffic.edgeSeries.keys()]).toEqual(['gateway→order']);
  });

  test('in which nothing failed take no room of their own', () => {
    const many = ['a', 'b'].map((service_name) =>
      edge({ service_name, requests: 1, series: series(398_000, [1]) }),
    );
    const { callSeries } = withTraffic(NO_TRAFFIC, answer(400_000, many));

    expect(callSeries.get('a')?.failed).toBe(callSeries.get('b')?.failed);
    expect(callSeries.get('a')?.requests).not.toBe(callSeries.get('b')?.requests);
  });
});

test('the percentiles of one edge are those that the registry has worked out', () => {
  const one = edge({ requests: 10, buckets: { 20: 10 }, p50_ms: 3.5, p99_ms: 3.6 });
  expect(withTraffic(NO_TRAFFIC, answer(100_000, [one])).calls.get('product')).toMatchObject({
    p50: 3.5,
    p99: 3.6,
  });
});
