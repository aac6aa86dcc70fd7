import { createHostPulse } from './host-pulse';

describe('the pulse of a host process', () => {
  const limits = { limitMs: 1000, everyMs: 250 };

  it('is there while the count rises, however rarely within the limit', () => {
    const pulse = createHostPulse(limits);
    const wedged = Array.from({ length: 40 }, (_, look) => pulse.look(Math.floor(look / 4), look * 250));

    expect(wedged).not.toContain(true);
  });

  it('is gone when it has not risen for longer than the limit, and back with the next tick', () => {
    const pulse = createHostPulse(limits);
    const wedged = [0, 250, 500, 750, 1000, 1250, 1500].map((now) => pulse.look(7, now));

    expect(wedged).toEqual([false, false, false, false, false, true, true]);
    expect(pulse.look(8, 1750)).toBe(false);
    expect(pulse.look(8, 2000)).toBe(false);
  });

  it('is not missed for the time in which nobody could look', () => {
    const pulse = createHostPulse(limits);
    pulse.look(7, 0);

    expect(pulse.look(7, 3_600_000)).toBe(false);
  });
});
