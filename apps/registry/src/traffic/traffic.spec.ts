import type { LoadEdge, LoadReport, TrafficEdge, TrafficResponse } from '@rollcall/contracts';
import fc from 'fast-check';
import { createShares } from '../shares/shares';
import { createTraffic, type Traffic } from './traffic';

const WHOLE = { window: 300_000, by: 'reporter', series: true } as const;
const MINUTE = { window: 60_000, by: 'service', series: false } as const;

let now: number;
let seq: number;
let traffic: Traffic;
beforeEach(() => {
  now = 1_000_000;
  seq = 0;
  traffic = trafficOf(5000);
});

function trafficOf(bound: number): Traffic {
  return createTraffic({ places: createShares({ bound, fair: false }) });
}

const edgeOf = (edge: Partial<LoadEdge> = {}): LoadEdge => ({
  service_name: 'product',
  instance_id: 'p-1',
  requests: 0,
  failed: 0,
  retried: 0,
  in_flight: 0,
  buckets: {},
  ...edge,
});

function report(edges: readonly Partial<LoadEdge>[], more: Partial<LoadReport> = {}): LoadReport {
  const reporter = { service_name: 'order', instance_id: 'o-1', epoch: 1 };
  return { reporter, seq: (seq += 1), window_ms: 2000, edges: edges.map(edgeOf), ...more };
}

const take = (edges: readonly Partial<LoadEdge>[], more?: Partial<LoadReport>) =>
  traffic.take(report(edges, more), {}, now);
const view = (query: Parameters<Traffic['view']>[0] = MINUTE): TrafficResponse =>
  traffic.view(query, { now, epochMs: now + 5_000_000 });
const onlyEdge = (query?: Parameters<Traffic['view']>[0]): TrafficEdge => {
  const [edge, ...others] = view(query).edges;
  expect(others).toEqual([]);
  return edge as TrafficEdge;
};

describe('what reporters have sent', () => {
  it('adds up over the window, with rate, failures and percentiles', () => {
    for (let second = 0; second < 40; second += 2) {
      now += 2000;
      const outcomes = { s5xx: 1 };
      take([{ requests: 100, failed: 1, retried: 2, in_flight: 3, outcomes, buckets: { 14: 95, 31: 5 } }]);
    }
    expect(onlyEdge()).toMatchObject({
      from: 'order',
      reporter: null,
      service_name: 'product',
      instance_id: 'p-1',
      route: null,
      requests: 2000,
      failed: 20,
      retried: 40,
      in_flight: 3,
      outcomes: { s5xx: 20 },
      buckets: { 14: 1900, 31: 100 },
      requests_per_second: 50,
      last_at: now + 5_000_000,
    });
    const { p50_ms: p50, p99_ms: p99 } = onlyEdge();
    expect([p50, p99]).toEqual([expect.closeTo(1.17, 2), expect.closeTo(26, 0)]);
  });

  it('is one edge for all instances of a service, unless it is asked for by reporter', () => {
    take([{ requests: 4, in_flight: 1 }]);
    take([{ requests: 6, in_flight: 1 }], {
      reporter: { service_name: 'order', instance_id: 'o-2', epoch: 9 },
    });

    expect(onlyEdge()).toMatchObject({ from: 'order', reporter: null, requests: 10, in_flight: 2 });
    const edges = view({ ...MINUTE, by: 'reporter' }).edges;
    expect(edges.map(({ reporter, requests }) => [reporter, requests])).toEqual([
      ['o-1', 4],
      ['o-2', 6],
    ]);
  });

  it('is not counted for time that is not reported yet', () => {
    take([{ requests: 20 }]);
    now += 3000;
    // 20 requests in the two seconds that it has told of.
    expect(onlyEdge().requests_per_second).toBe(10);
  });

  it('fades once its reporter is gone, and so does what it had in flight', () => {
    take([{ requests: 20, in_flight: 4 }]);
    now += 38_000;
    expect(onlyEdge()).toMatchObject({ requests: 20, in_flight: 0, requests_per_second: 0.5 });
  });

  it('is put together once for all who ask the same at one moment, and anew after a report', () => {
    take([{ requests: 1 }]);
    expect(view()).toBe(view());
    expect(view({ ...MINUTE, service: 'invoice' }).edges).toEqual([]);
    take([{ requests: 1 }]);
    expect(onlyEdge().requests).toBe(2);
  });

  it('has a reporter in flight only what its latest report says', () => {
    take([{ requests: 1, in_flight: 4 }]);
    now += 2000;
    take([]);
    expect(onlyEdge()).toMatchObject({ in_flight: 0, requests: 1 });
  });

  it.each([
    ['the caller', 'order', 1],
    ['the called', 'product', 1],
    ['neither', 'invoice', 0],
  ])('is found by %s', (_which, service, count) => {
    take([{ requests: 1 }]);
    expect(view({ ...MINUTE, service }).edges).toHaveLength(count);
  });

  it('has a value a step, up to the last one that everybody has reported', () => {
    for (const requests of [10, 20, 30]) {
      now += 2000;
      take([{ requests, failed: 1, buckets: { 14: requests } }]);
    }
    now += 1000;
    const { series } = onlyEdge({ ...MINUTE, series: 4 });
    expect(series).toEqual({
      begins_at: now - 1000 - 8000 + 5_000_000,
      requests: [0, 10, 20, 30],
      failed: [0, 1, 1, 1],
      p99_ms: [null, expect.closeTo(1.17, 2), expect.closeTo(1.17, 2), expect.closeTo(1.17, 2)],
    });
  });

  it('tells of the reporters, what they hold and whom they have ejected', () => {
    const ejected = [
      { service_name: 'product', instance_id: 'p-2', cause: 'consecutive', outcome: 'refused', for_ms: 900 },
    ];
    take([], { held: { invoice: 12 }, ejected, routes_digest: 'c0ffee' });
    expect(view().reporters).toEqual([
      {
        service_name: 'order',
        instance_id: 'o-1',
        at: now + 5_000_000,
        interval_ms: 10_000,
        routes_digest: 'c0ffee',
        held: { invoice: 12 },
        ejected,
        other: { requests: 0, failed: 0 },
      },
    ]);
    now += 330_000;
    expect(view().reporters).toEqual([]);
  });
});

describe('a report', () => {
  it.each([
    ['comes twice', 5],
    ['comes late', 4],
  ])('that %s is not counted again', (_what, again) => {
    expect(take([{ requests: 1 }], { seq: 5 })).toBe('counted');
    expect(take([{ requests: 1 }], { seq: again })).toBe('repeated');
    expect(onlyEdge().requests).toBe(1);
  });

  it('of a new incarnation begins anew', () => {
    take([{ requests: 1 }], { seq: 5 });
    const reporter = { service_name: 'order', instance_id: 'o-1', epoch: 2 };
    expect(take([{ requests: 2 }], { seq: 0, reporter })).toBe('counted');
    expect(onlyEdge().requests).toBe(2);
    expect(traffic.seriesCount).toBe(2);
  });
});

describe('the interval of reports', () => {
  it('is 10 s, and 2 s while somebody looks', () => {
    expect(traffic.intervalMs(now)).toBe(10_000);
    const unwatch = traffic.watched();
    expect(traffic.intervalMs(now)).toBe(2000);
    unwatch();
    unwatch();
    expect(traffic.intervalMs(now)).toBe(10_000);
    traffic.watched();
    expect(traffic.intervalMs(now)).toBe(2000);
  });

  it('is 2 s for ten seconds after somebody has asked', () => {
    view();
    expect(traffic.intervalMs(now + 9999)).toBe(2000);
    expect(traffic.intervalMs(now + 10_000)).toBe(10_000);
  });

  it('is 0 where reports are off, and nothing is kept', () => {
    traffic = createTraffic({ places: undefined });
    take([{ requests: 1 }]);
    expect(traffic.intervalMs(now)).toBe(0);
    expect(view()).toMatchObject({ reports: 'off', reporters: [], edges: [] });
  });
});

describe('the memory of it', () => {
  const text = fc.stringMatching(/^[a-z]{1,3}$/);
  const hostile = fc.record({
    reporter: fc.record({ service_name: text, instance_id: text, epoch: fc.integer({ min: 1, max: 3 }) }),
    seq: fc.nat({ max: 50 }),
    window_ms: fc.oneof(fc.nat({ max: 60_000 }), fc.double({ min: 0, max: 60_000, noNaN: true })),
    edges: fc.array(
      fc
        .record({
          service_name: text,
          instance_id: fc.option(text, { nil: undefined }),
          requests: fc.oneof(fc.nat({ max: 50 }), fc.constant(100_000_000)),
          in_flight: fc.nat({ max: 3 }),
          bucket: fc.nat({ max: 73 }),
        })
        .map(({ instance_id, bucket, requests, ...edge }) => ({
          ...edge,
          ...(instance_id !== undefined && { instance_id }),
          requests,
          failed: Math.floor(requests / 2),
          retried: 0,
          buckets: { [bucket]: requests },
        })),
      { maxLength: 8 },
    ),
    afterMs: fc.oneof(fc.nat({ max: 3000 }), fc.constant(400_000)),
  });

  it('is within its bound whatever is reported, and what has no place is known in sum', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (reports, bound) => {
        const small = trafficOf(bound);
        let at = 0;
        for (const { afterMs, ...body } of reports) {
          at += afterMs;
          small.take(body, {}, at);
          expect(small.seriesCount).toBeLessThanOrEqual(bound);
          const { edges, reporters } = small.view(WHOLE, { now: at, epochMs: at });
          expect(edges.length + reporters.length).toBeLessThanOrEqual(bound);
        }
        small.take(
          { reporter: { service_name: 'z', instance_id: 'z', epoch: 1 }, seq: 0, window_ms: 0, edges: [] },
          {},
          at + 400_000,
        );
        expect(small.seriesCount).toBe(1);
      }),
    );
  });

  it('keeps every sum as it was reported, however long and crooked the windows', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            requests: fc.nat({ max: 100_000 }),
            bucket: fc.nat({ max: 73 }),
            window_ms: fc.double({ min: 0, max: 60_000, noNaN: true }),
            afterMs: fc.double({ min: 0, max: 7000, noNaN: true }),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 70_000, max: 1e9, noNaN: true }),
        (reports, bound, begin) => {
          const small = trafficOf(bound);
          let at = begin;
          let expected = 0;
          for (const [index, { requests, bucket, window_ms, afterMs }] of reports.entries()) {
            at += afterMs;
            expected += requests;
            const edge = edgeOf({
              instance_id: `p-${index % 3}`,
              requests,
              failed: requests,
              retried: requests,
              outcomes: { refused: requests },
              buckets: { [bucket]: requests },
            });
            small.take(
              {
                reporter: { service_name: 'order', instance_id: 'o-1', epoch: 1 },
                seq: index,
                window_ms,
                edges: [edge],
              },
              {},
              at,
            );
          }
          const { edges, reporters } = small.view(WHOLE, { now: at, epochMs: at });
          const other = reporters[0]?.other ?? { requests: 0, failed: 0 };
          const total = (of: (edge: TrafficEdge) => number) => edges.reduce((sum, edge) => sum + of(edge), 0);
          expect(total((edge) => edge.requests) + other.requests).toBe(expected);
          expect(total((edge) => edge.failed) + other.failed).toBe(expected);
          for (const of of [
            (edge: TrafficEdge) => edge.retried,
            (edge: TrafficEdge) => edge.outcomes.refused ?? 0,
            (edge: TrafficEdge) => Object.values(edge.buckets).reduce((sum, count) => sum + count, 0),
          ])
            expect(total(of)).toBe(total((edge) => edge.requests));
        },
      ),
    );
  });
});
