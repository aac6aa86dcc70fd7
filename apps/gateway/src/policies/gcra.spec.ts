import fc from 'fast-check';
import { takeToken, type RateQuota } from './gcra';

const perSecond: RateQuota = { requests: 10, perMs: 1000, burst: 3 };

/** Asks at each of the times, and answers whether it was allowed. */
function asking(quota: RateQuota, times: readonly number[]): boolean[] {
  let fullAt = -Infinity;
  return times.map((now) => {
    const verdict = takeToken(quota, fullAt, now);
    fullAt = verdict.fullAt;
    return verdict.allowed;
  });
}

describe('takeToken', () => {
  it('allows a burst, then one an interval', () => {
    expect(asking(perSecond, [0, 0, 0, 0, 99, 100, 100, 199, 200])).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('says what is left, and when there is more', () => {
    const first = takeToken(perSecond, -Infinity, 50);
    expect(first).toEqual({ allowed: true, remaining: 2, resetMs: 100, retryAfterMs: 0, fullAt: 150 });
    const last = takeToken(perSecond, 250, 50);
    expect(last).toMatchObject({ allowed: true, remaining: 0, resetMs: 300, retryAfterMs: 100 });
    expect(takeToken(perSecond, last.fullAt, 60)).toEqual({
      allowed: false,
      remaining: 0,
      resetMs: 290,
      retryAfterMs: 90,
      fullAt: 350,
    });
  });

  it('keeps no credit beyond the burst, however long the silence', () => {
    expect(asking(perSecond, [0, 1e9, 1e9, 1e9, 1e9])).toEqual([true, true, true, true, false]);
  });

  const quotas = fc.record({
    requests: fc.integer({ min: 1, max: 1000 }),
    perMs: fc.integer({ min: 1, max: 100_000 }),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 60 });

  it('never allows more in a stretch of time than the burst and what fills in', () => {
    fc.assert(
      fc.property(quotas, gaps, (quota, between) => {
        let now = 0;
        const times = between.map((gap) => (now += gap));
        const allowed = asking(quota, times);
        const span = now - (times[0] ?? 0);
        const count = allowed.filter(Boolean).length;
        expect(count).toBeLessThanOrEqual(quota.burst + (span * quota.requests) / quota.perMs + 1e-3);
      }),
    );
  });

  it('tells the truth: what remains is allowed at once, and one more when it says so', () => {
    fc.assert(
      fc.property(quotas, gaps, (quota, between) => {
        let now = 0;
        let fullAt = -Infinity;
        for (const gap of between) {
          now += gap;
          const verdict = takeToken(quota, fullAt, now);
          fullAt = verdict.fullAt;
          const more = countAtOnce(quota, fullAt, now);
          expect(more).toBe(verdict.remaining);
          if (verdict.remaining === 0)
            expect(takeToken(quota, fullAt, now + verdict.retryAfterMs + 1e-3).allowed).toBe(true);
        }
      }),
    );
  });
});

function countAtOnce(quota: RateQuota, from: number, now: number): number {
  let fullAt = from;
  for (let count = 0; ; count += 1) {
    const verdict = takeToken(quota, fullAt, now);
    if (!verdict.allowed) return count;
    fullAt = verdict.fullAt;
  }
}
