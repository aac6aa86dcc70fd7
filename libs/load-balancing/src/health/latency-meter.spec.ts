import fc from 'fast-check';
import { createLatencyMeter } from './latency-meter';

describe('latency meter', () => {
  it('knows nothing at first', () => {
    expect(createLatencyMeter().valueAt(5)).toBe(0);
  });

  it('takes a slow answer at its word', () => {
    const meter = createLatencyMeter();
    meter.observe(10, 0);
    meter.observe(500, 1);
    expect(meter.valueAt(1)).toBe(500);
  });

  it('comes down slowly with answers, and with time', () => {
    const meter = createLatencyMeter();
    meter.observe(500, 0);
    meter.observe(10, 1000);
    expect(meter.valueAt(1000)).toBeCloseTo(500 * Math.exp(-0.1) + 10 * (1 - Math.exp(-0.1)));
    expect(meter.valueAt(11_000)).toBeCloseTo(meter.valueAt(1000) / Math.E);
  });

  it('stays between the least and the most it has seen, while it is told', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(100)), { minLength: 1 });
    fc.assert(
      fc.property(answers, (seen) => {
        const meter = createLatencyMeter();
        let now = 0;
        for (const [ms, after] of seen) {
          now += after;
          meter.observe(ms, now);
          expect(meter.valueAt(now)).toBeGreaterThanOrEqual(Math.min(...seen.map(([one]) => one)) - 1e-9);
          expect(meter.valueAt(now)).toBeLessThanOrEqual(Math.max(...seen.map(([one]) => one)) + 1e-9);
        }
      }),
    );
  });
});
