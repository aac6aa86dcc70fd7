'use strict';

const { formatMebibytes, formatNumber } = require('../report/quantity');
const { renderTable } = require('../report/render-table');

/** @param {{ instances: number, seconds: number } & import('./measure-heartbeats').HeartbeatCost} measured */
function costTable({ instances, seconds, registries, members, fillSeconds, heartbeats, lateSeconds }) {
  const rows = [
    ...registries.map((cost, at) => ({ title: `registry ${at + 1}`, ...cost })),
    ...members.map((cost, at) => ({ title: `etcd ${at + 1}`, ...cost })),
  ];
  const table = renderTable(
    [{ title: 'process', align: 'left' }, { title: 'CPU, % of a core' }, { title: 'RSS MiB' }],
    rows.map(({ title, cpuShare, rssBytes }) => [
      title,
      formatNumber(cpuShare * 100),
      formatMebibytes(rssBytes),
    ]),
  );
  const what = `${count(instances)} instances, each heard from every 10 s: ${count(heartbeats)} heartbeats in ${seconds} s`;
  const how = `registered in ${formatNumber(fillSeconds)} s; the sending was ${formatNumber(lateSeconds)} s late`;
  return `${what}, half of them at each registry (${how}).\n\n${table}`;
}

/** @param {{ instances: number, subscribers: number } & import('../registry/measure-fan-out').FanOut} measured */
function fanOutTable({ instances, subscribers, p50Ms, p99Ms, cpuMicros }) {
  const table = renderTable(
    [{ title: 'p50 ms' }, { title: 'p99 ms' }, { title: 'CPU µs of the other registry' }],
    [[formatNumber(p50Ms), formatNumber(p99Ms), formatNumber(cpuMicros)]],
  );
  return `From a registration at one registry to the last of ${subscribers} subscribers of the other, with ${count(instances)} instances:\n\n${table}`;
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en-US');
}

module.exports = { costTable, fanOutTable };
