import fc from 'fast-check';
import {
  addLatencies,
  LATENCY_BOUNDS_MS,
  LATENCY_BUCKETS,
  latencyBucket,
  latencyPercentile,
} from './latency-buckets';

const latency = fc.double({ min: 0.1, max: 60_000, noNaN: true });

function countsOf(latencies: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const ms of latencies) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  return counts;
}

describe('latencyBucket', () => {
  it('is the first bucket whose bound is not exceeded, within the rounding of a double', () => {
    fc.assert(
      fc.property(latency, (ms) => {
        const bucket = latencyBucket(ms);
        expect(ms).toBeLessThanOrEqual((LATENCY_BOUNDS_MS[bucket] ?? NaN) * (1 + 1e-9));
        if (bucket > 0)
          expect(ms).toBeGreaterThanOrEqual((LATENCY_BOUNDS_MS[bucket - 1] ?? NaN) * (1 - 1e-9));
      }),
    );
  });

  it.each([
    [-1, 0],
    [0, 0],
    [NaN, 0],
    [0.1, 0],
    [60_000, LATENCY_BUCKETS - 1],
    [1e9, LATENCY_BUCKETS - 1],
    [Infinity, LATENCY_BUCKETS - 1],
  ])('counts %d ms in bucket %d', (ms, bucket) => expect(latencyBucket(ms)).toBe(bucket));
});

describe('latencyPercentile', () => {
  it('is within 10 % of the latency of that rank, whatever the latencies are', () => {
    const share = fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1);
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), share, (latencies, percentile) => {
        const sorted = [...latencies].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(sorted.length * percentile)) - 1] ?? NaN;
        const found = latencyPercentile(countsOf(latencies), percentile) ?? NaN;
        expect(Math.abs(found - exact)).toBeLessThan(exact * 0.1);
      }),
    );
  });

  it('is null without a count', () => expect(latencyPercentile({}, 0.99)).toBeNull());

  it('reads a typed array as it reads the wire', () => {
    const counts = new Uint32Array(LATENCY_BUCKETS);
    counts[14] = 212;
    counts[31] = 1;
    expect(latencyPercentile(counts, 0.99)).toBe(latencyPercentile({ 14: 212, 31: 1 }, 0.99));
    expect(latencyPercentile(counts, 1)).toBe(latencyPercentile({ 31: 5 }, 0.5));
  });

  it('is the same of counts that were added up as of all at once', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), fc.array(latency), (some, others) => {
        const sum = countsOf(some);
        addLatencies(sum, countsOf(others));
        expect(latencyPercentile(sum, 0.5)).toBe(latencyPercentile(countsOf([...some, ...others]), 0.5));
      }),
    );
  });
});
