import { heartbeatDelayMs } from './heartbeat-delay';

describe('the wait until the next heartbeat', () => {
  it.each([
    ['the interval, less a tenth at least', 10, 30, 0, 9000],
    ['the interval, and a tenth more at most', 10, 30, 1, 11_000],
    ['inside the lease, when the interval is not', 60, 30, 0.5, 20_000],
    ['the interval, when there is no lease', 60, 0, 0.5, 60_000],
    ['no less than a tenth of a second', 0.000_1, 30, 0.5, 100],
    ['no more than a day', 1e12, 0, 0.5, 86_400_000],
  ])('is %s', (_what, intervalSeconds, ttlSeconds, chance, expected) => {
    expect(heartbeatDelayMs(intervalSeconds, ttlSeconds, () => chance)).toBeCloseTo(expected);
  });
});
