import { formatMebibytes, formatNumber, formatPercent, formatRatio } from './quantity';

describe('quantities', () => {
  it.each([
    [0, '0'],
    [0.1234, '0.12'],
    [1.237, '1.24'],
    [23.68, '23.7'],
    [118.4, '118'],
    [1234.5, '1,235'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d reads %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('have units', () => {
    expect(formatMebibytes(15 * 2 ** 20)).toBe('15.0');
    expect(formatRatio(0.6543)).toBe('0.65 ×');
    expect(formatPercent(0.987)).toBe('99 %');
  });

  it('are a dash when there is nothing to divide by', () => {
    expect(formatRatio(Number.NaN)).toBe('–');
    expect(formatPercent(Number.NaN)).toBe('–');
  });
});
