import { connectEjectionMs, failureEjectionMs } from './ejection-time';

describe('connectEjectionMs', () => {
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
    expect(connectEjectionMs(times)).toBe(ms);
  });
});

describe('failureEjectionMs', () => {
  it.each([
    [1, 10_000],
    [2, 20_000],
    [3, 30_000],
    [30, 300_000],
    [31, 300_000],
  ])('of the ejection number %p is %p', (times, ms) => {
    expect(failureEjectionMs(times)).toBe(ms);
  });
});
