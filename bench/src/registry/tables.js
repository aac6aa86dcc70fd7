'use strict';

const { formatMebibytes, formatNumber } = require('../report/quantity');
const { median } = require('../report/median');
const { renderTable } = require('../report/render-table');

/** @typedef {import('./measure-size').SizeMeasurement} SizeMeasurement */
/** @typedef {import('./measure-fan-out').FanOut} FanOut */

/** @type {import('../report/render-table').Column[]} */
const SIZE_COLUMNS = [
  { title: 'instances' },
  { title: 'registry', align: 'left' },
  { title: 'CPU µs/heartbeat' },
  { title: 'heartbeats/s' },
  { title: 'CPU µs/discover of 10' },
  { title: 'discovers/s' },
  { title: 'CPU µs/eviction' },
  { title: 'RSS MiB' },
  { title: 'RSS KiB/instance' },
  { title: 'heap KiB/instance' },
  { title: 'failed' },
];

/**
 * @param {readonly { instances: number, title: string, rounds: readonly SizeMeasurement[] }[]} results
 * @returns {string}
 */
function sizeTable(results) {
  return renderTable(
    SIZE_COLUMNS,
    results.map(({ instances, title, rounds }) => {
      const middle = (/** @type {(round: SizeMeasurement) => number} */ figure) => median(rounds.map(figure));
      return [
        reached(
          instances,
          middle(({ instances: filled }) => filled),
        ),
        title,
        formatNumber(middle(({ heartbeat }) => heartbeat.cpuMicros)),
        formatNumber(middle(({ heartbeat }) => heartbeat.requestsPerSecond)),
        formatNumber(middle(({ discover }) => discover.cpuMicros)),
        formatNumber(middle(({ discover }) => discover.requestsPerSecond)),
        formatNumber(middle(({ evictionMicros }) => evictionMicros)),
        formatMebibytes(middle(({ rssBytes }) => rssBytes)),
        formatNumber(middle(({ rssPerInstance }) => rssPerInstance / 1024)),
        formatNumber(middle(({ heapPerInstance }) => heapPerInstance / 1024)),
        String(
          rounds.reduce((sum, { heartbeat, discover }) => sum + heartbeat.failures + discover.failures, 0),
        ),
      ];
    }),
  );
}

/**
 * @param {number} instances
 * @param {number} filled
 */
function reached(instances, filled) {
  const asked = instances.toLocaleString('en-US');
  return filled < instances ? `${Math.floor(filled).toLocaleString('en-US')} of ${asked}` : asked;
}

/**
 * @param {readonly { title: string, rounds: readonly FanOut[] }[]} results
 * @returns {string}
 */
function fanOutTable(results) {
  return renderTable(
    [{ title: 'registry', align: 'left' }, { title: 'p50 ms' }, { title: 'p99 ms' }],
    results.map(({ title, rounds }) => [
      title,
      formatNumber(median(rounds.map(({ p50Ms }) => p50Ms))),
      formatNumber(median(rounds.map(({ p99Ms }) => p99Ms))),
    ]),
  );
}

module.exports = { sizeTable, fanOutTable };
