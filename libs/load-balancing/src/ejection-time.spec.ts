import { ejectionMs } from './ejection-time';

describe('ejectionMs', () => {
  it.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
    [5, 16_000],
    [6, 30_000],
    [7, 30_000],
    [2000, 30_000],
  ])('of the ejection number %p in a row is %p', (times, ms) => {
    expect(ejectionMs(times)).toBe(ms);
  });
});
