import { percentile } from './percentile';

const oneTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);

describe('percentile', () => {
  it.each([
    [1, 50, 1],
    [10, 50, 5],
    [100, 99, 99],
    [300, 99, 297],
    [300, 100, 300],
  ])('of 1 to %d, the %dth is %d', (count, percent, expected) => {
    expect(percentile(oneTo(count), percent)).toBe(expected);
  });

  it('does not exist of nothing', () => {
    expect(() => percentile([], 99)).toThrow();
  });
});
