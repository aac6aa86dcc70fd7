import { createRateLimiter } from './rate-limiter';

const onePerSecond = { requests: 1, perMs: 1000, burst: 1 };

describe('a rate limiter', () => {
  it('counts each key apart', () => {
    const limiter = createRateLimiter(onePerSecond, 10);
    expect(['a', 'b', 'a', 'b'].map((key) => limiter.take(key, 0).allowed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('says whether it would refuse, and takes nothing by that', () => {
    const limiter = createRateLimiter(onePerSecond, 10);
    expect(limiter.isEmpty('a', 0)).toBe(false);
    expect(limiter.size).toBe(0);
    expect(limiter.take('a', 0).allowed).toBe(true);
    expect([limiter.isEmpty('a', 999), limiter.isEmpty('a', 1000), limiter.isEmpty('b', 999)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(limiter.take('a', 1000).allowed).toBe(true);
  });

  it('lets go of buckets that are full again as others come', () => {
    const limiter = createRateLimiter(onePerSecond, 1000);
    for (let index = 0; index < 100; index += 1) limiter.take(`old-${index}`, 0);
    for (let index = 0; index < 100; index += 1) limiter.take(`new-${index}`, 5000);
    expect(limiter.size).toBe(100);
  });

  it('holds no more than it may, and forgets who has been quiet for longest', () => {
    const limiter = createRateLimiter(onePerSecond, 3);
    for (const key of ['quiet', 'a', 'b']) limiter.take(key, 0);
    limiter.take('a', 1);
    for (const key of ['c', 'd']) limiter.take(key, 2);
    expect(limiter.size).toBe(3);
    expect(limiter.take('a', 3).allowed).toBe(false);
    expect(limiter.take('quiet', 3).allowed).toBe(true);
  });

  it('stays bounded under a flood of new keys', () => {
    const limiter = createRateLimiter(onePerSecond, 100);
    for (let index = 0; index < 10_000; index += 1) limiter.take(`flood-${index}`, index / 100);
    expect(limiter.size).toBe(100);
  });
});
