import { heartbeatIntervalFor } from './heartbeat-interval';

describe('heartbeatIntervalFor', () => {
  it.each([
    [30, 10],
    [86_400, 10],
    [0, 10],
    [29, 9],
    [15, 5],
    [5, 1],
  ])('a lease of %d s is renewed every %d s', (ttlSeconds, interval) => {
    expect(heartbeatIntervalFor(ttlSeconds, { ttlSeconds: 30, heartbeatIntervalSeconds: 10 })).toBe(interval);
  });

  it('takes the operator at his word for the usual lease, however close the two are', () => {
    expect(heartbeatIntervalFor(5, { ttlSeconds: 5, heartbeatIntervalSeconds: 4 })).toBe(4);
  });
});
