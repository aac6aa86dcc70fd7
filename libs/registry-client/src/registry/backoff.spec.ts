import { backoffMs } from './backoff';

describe('the wait after failed rounds', () => {
  it.each([
    [0, 50, 100],
    [1, 100, 200],
    [2, 200, 400],
    [4, 800, 1600],
    [5, 1500, 3000],
    [6, 1500, 3000],
    [1000, 1500, 3000],
  ])('after round %d is from %d to %d ms', (round, least, most) => {
    expect(backoffMs(round, () => 0)).toBe(least);
    expect(backoffMs(round, () => 1)).toBe(most);
  });
});
