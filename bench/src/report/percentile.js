'use strict';

/**
 * @param {readonly number[]} values at least one
 * @param {number} percent above 0, up to 100
 * @returns {number} the smallest value that so many percent of them do not exceed
 */
function percentile(values, percent) {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (value === undefined) throw new Error(`no ${percent}th percentile of ${values.length} values`);
  return value;
}

module.exports = { percentile };
