'use strict';

const { formatMebibytes, formatNumber, formatPercent, formatRatio } = require('../report/quantity');
const { renderTable } = require('../report/render-table');

/** @typedef {import('./comparison').ComparisonRow} ComparisonRow */

/** @type {import('../report/render-table').Column[]} */
const COLUMNS = [
  { title: 'proxy', align: 'left' },
  { title: 'CPU µs/request' },
  { title: 'ours to it' },
  { title: 'requests/s' },
  { title: 'of its core' },
  { title: 'p50 ms' },
  { title: 'p99 ms' },
  { title: 'RSS MiB' },
  { title: 'failed' },
];

/**
 * @param {readonly ComparisonRow[]} rows
 * @returns {string}
 */
function comparisonTable(rows) {
  return renderTable(
    COLUMNS,
    rows.map(({ title, medians, cpuRatio }) => [
      title,
      formatNumber(medians.cpuMicros),
      formatRatio(cpuRatio),
      formatNumber(medians.requestsPerSecond),
      formatPercent(medians.busy),
      formatNumber(medians.p50Ms),
      formatNumber(medians.p99Ms),
      formatMebibytes(medians.rssBytes),
      medians.connectionsLost > 0
        ? `${medians.failures} (${medians.connectionsLost} connections cut)`
        : String(medians.failures),
    ]),
  );
}

module.exports = { comparisonTable };
