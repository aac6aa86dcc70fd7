import { createDeadline } from './deadline';

describe('deadline', () => {
  it.each([
    [1000, 250, false],
    [1249, 1, false],
    [1250, 0, true],
    [9999, 0, true],
  ])('at %p has %p ms left', (now, remaining, passed) => {
    const deadline = createDeadline(1000, 250);
    expect(deadline.remaining(now)).toBe(remaining);
    expect(deadline.hasPassed(now)).toBe(passed);
  });

  it('never comes when it is infinitely far away', () => {
    const deadline = createDeadline(0, Infinity);
    expect(deadline.hasPassed(Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
