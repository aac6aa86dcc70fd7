'use strict';

/**
 * Three significant digits and no more: a benchmark does not know the fourth.
 *
 * @param {number} value
 */
function formatNumber(value) {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: Math.min(digits, 2),
  });
}

/** @param {number} bytes */
function formatMebibytes(bytes) {
  return formatNumber(bytes / 2 ** 20);
}

/** @param {number} ratio */
function formatRatio(ratio) {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : '–';
}

/** @param {number} share of 1 */
function formatPercent(share) {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–';
}

module.exports = { formatNumber, formatMebibytes, formatRatio, formatPercent };
