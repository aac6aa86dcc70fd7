import { stallGrace } from './stall-grace';

describe('the stall grace', () => {
  it.each([
    ['on time', 0, 0],
    ['busy', 1000, 0],
    ['stopped for a moment', 1001, 1001],
    ['stopped for some seconds', 4000, 4000],
    ['stopped for an hour', 3_600_000, 10_000],
  ])('%s: late by %d ms, with heartbeats every 10 s, gives %d ms', (_what, lateness, grace) => {
    expect(stallGrace(lateness, 10_000)).toBe(grace);
  });
});
