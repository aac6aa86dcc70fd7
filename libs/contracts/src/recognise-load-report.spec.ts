import fc from 'fast-check';
import { checkInput } from './check-input';
import { LOAD_OUTCOMES, loadReportSchema } from './load-report';
import { recogniseLoadReport } from './recognise-load-report';

const REPORT = {
  reporter: { service_name: 'order', instance_id: 'o-1', epoch: 7 },
  seq: 0,
  window_ms: 2000.5,
  edges: [
    {
      service_name: 'product',
      instance_id: 'p-1',
      requests: 12,
      failed: 2,
      retried: 1,
      in_flight: 3,
      outcomes: { refused: 1, s5xx: 1 },
      buckets: { 0: 1, 14: 10, 73: 1 },
    },
    { service_name: 'product', route: '/p', requests: 0, failed: 0, retried: 0, in_flight: 0, buckets: {} },
  ],
  other: { requests: 3, failed: 0 },
  held: { invoice: 12 },
  ejected: [
    { service_name: 'product', instance_id: 'p-2', cause: 'consecutive', outcome: 'refused', for_ms: 1200 },
    { service_name: 'product', instance_id: 'p-3', cause: 'by_hand', outcome: '', for_ms: null },
  ],
  routes_digest: 'c0ffee',
};

const oddNumber = fc.constantFrom<unknown>(-1, 0.5, 1e9, 2 ** 53, NaN, '1', null, undefined, true, 3, 0);
const oddText = fc.constantFrom<unknown>(
  '',
  'a b',
  'p-1\n',
  '..',
  'é',
  '\u0000',
  'x'.repeat(2000),
  null,
  7,
  {},
  [],
);
const oddKey = fc.constantFrom(
  'requests',
  'failed',
  '74',
  '-1',
  '073',
  'x',
  '__proto__',
  'route',
  'constructor',
);
const odd = fc.oneof(oddNumber, oddText, fc.jsonValue());

/** The report, with some part of it replaced by anything at all, or with something more. */
const almost = fc
  .tuple(fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 3 }), odd, oddKey, fc.boolean())
  .map(([way, value, key, isMore]): unknown => {
    const report: unknown = JSON.parse(JSON.stringify(REPORT));
    const place = placeIn(report as Record<string, unknown>, way.slice(1));
    const keys = Object.keys(place);
    const chosen = isMore ? key : keys[(way[0] ?? 0) % Math.max(1, keys.length)];
    Object.defineProperty(place, chosen ?? key, { value, enumerable: true });
    // As it comes over the wire: there is no undefined, and an array has no further keys.
    return JSON.parse(JSON.stringify(report));
  });

function placeIn(place: Record<string, unknown>, way: readonly number[]): Record<string, unknown> {
  const inside = Object.values(place).filter((value) => typeof value === 'object' && value !== null);
  const [turn, ...rest] = way;
  const next = turn === undefined ? undefined : inside[turn % Math.max(1, inside.length)];
  return next === undefined ? place : placeIn(next as Record<string, unknown>, rest);
}

describe('recogniseLoadReport', () => {
  it('takes what reporters send', () => expect(recogniseLoadReport(REPORT)).toBe(REPORT));

  it('takes nothing that the schema does not take, and as the schema reads it', () => {
    fc.assert(
      fc.property(almost, (value) => {
        if (typeof value !== 'object' || value === null) return;
        const recognised = recogniseLoadReport(value);
        if (recognised === undefined) return;
        expect(checkInput(loadReportSchema, value)).toEqual({ value: recognised });
      }),
      { numRuns: 2000 },
    );
  });

  it('knows every report of the right shape', () => {
    const count = fc.nat({ max: 1000 });
    const edge = fc.record(
      {
        service_name: fc.stringMatching(/^[a-z]{1,10}$/),
        instance_id: fc.uuid(),
        route: fc.webPath().filter((path) => path !== ''),
        requests: fc.integer({ min: 10, max: 1000 }),
        failed: fc.nat({ max: 10 }),
        retried: fc.nat({ max: 10 }),
        in_flight: count,
        outcomes: fc.dictionary(fc.constantFrom(...LOAD_OUTCOMES), count),
        buckets: fc.dictionary(fc.nat({ max: 73 }).map(String), count),
      },
      { requiredKeys: ['service_name', 'requests', 'failed', 'retried', 'in_flight', 'buckets'] },
    );
    fc.assert(
      fc.property(fc.array(edge), (edges) => {
        expect(recogniseLoadReport({ ...REPORT, edges })).toBeDefined();
      }),
    );
  });

  it.each([
    ['more failures than requests', { ...REPORT, edges: [{ ...REPORT.edges[1], failed: 1 }] }],
    ['a bucket that there is not', { ...REPORT, edges: [{ ...REPORT.edges[1], buckets: { 74: 1 } }] }],
    ['a window of hours', { ...REPORT, window_ms: 3_600_000 }],
    ['no number', { ...REPORT, edges: [{ ...REPORT.edges[1], requests: 1e300 }] }],
    ['too many edges', { ...REPORT, edges: Array.from({ length: 501 }, () => REPORT.edges[1]) }],
  ])('and the schema refuse %s', (_what, report) => {
    expect(recogniseLoadReport(report)).toBeUndefined();
    expect(checkInput(loadReportSchema, report)).toHaveProperty('faults');
  });
});
