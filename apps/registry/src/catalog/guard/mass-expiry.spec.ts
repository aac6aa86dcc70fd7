import { isMassExpiry } from './mass-expiry';

describe('a mass expiry', () => {
  it.each([
    [1, 1, false],
    [2, 2, false],
    [3, 1, false],
    [3, 2, true],
    [4, 1, false],
    [4, 2, true],
    [10, 4, false],
    [10, 5, true],
    [10, 10, true],
    [11, 5, false],
    [11, 6, true],
  ])('of %d listed when %d go: %s', (listed, going, expected) => {
    expect(isMassExpiry({ listed, going })).toBe(expected);
  });
});
