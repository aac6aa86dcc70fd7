import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 's', '-1s', '1w', '1 s', '0x10', '1e3', '∞', '1m30s'])('%j is none', (text) => {
    expect(() => parseDuration(text)).toThrow(/write a duration/);
  });

  it('refuses what a timer cannot wait', () => {
    expect(() => parseDuration('25d')).toThrow(/24 days/);
  });

  it('reads what is written for people', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
