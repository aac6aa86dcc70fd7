import { createStallWatchdog } from './stall-watchdog';

describe('the stall watchdog', () => {
  const limits = { limitMs: 1000, everyMs: 250 };

  it('reports no stall while the count rises, however rarely within the limit', () => {
    const watchdog = createStallWatchdog(limits);
    const stalled = Array.from({ length: 40 }, (_, check) =>
      watchdog.check(Math.floor(check / 4), check * 250),
    );

    expect(stalled).not.toContain(true);
  });

  it('reports a stall when it has not risen for longer than the limit, until the next tick', () => {
    const watchdog = createStallWatchdog(limits);
    const stalled = [0, 250, 500, 750, 1000, 1250, 1500].map((now) => watchdog.check(7, now));

    expect(stalled).toEqual([false, false, false, false, false, true, true]);
    expect(watchdog.check(8, 1750)).toBe(false);
    expect(watchdog.check(8, 2000)).toBe(false);
  });

  it('does not count the time in which it could not check', () => {
    const watchdog = createStallWatchdog(limits);
    watchdog.check(7, 0);

    expect(watchdog.check(7, 3_600_000)).toBe(false);
  });
});
