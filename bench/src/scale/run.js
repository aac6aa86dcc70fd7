'use strict';

const { progress, say } = require('../cli/terminal');
const { startUpstream } = require('../gateway/upstream');
const { describeMachine } = require('../report/describe-machine');
const { formatNumber, formatPercent } = require('../report/quantity');
const { renderTable } = require('../report/render-table');
const { measureRouteChanges } = require('./route-changes');
const { measureRouteTable } = require('./route-table');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('./route-changes').Load} Load */

/**
 * Prints a table a case.
 *
 * @param {Workbench} workbench
 * @param {import('./options').ScaleBenchOptions} options
 */
async function runScaleBench(workbench, { sizes, seconds, checkouts }) {
  say(describeMachine(workbench));
  const upstream = await startUpstream(workbench);
  const rows = [];
  for (const routes of sizes)
    for (const { root, gateway } of checkouts) {
      progress(`A: ${routes} routes, ${gateway.title}`);
      const tableMs = await measureRouteTable(root, routes);
      const { quiet, changing } = await measureRouteChanges(workbench, {
        gateway,
        upstream,
        routes,
        seconds,
      });
      rows.push([
        routes.toLocaleString('en-US'),
        gateway.title,
        formatNumber(tableMs),
        ...cellsOf(quiet),
        ...cellsOf(changing),
        String(quiet.failures + changing.failures),
      ]);
    }
  progress('');
  say(`\n### A. Routes that change\n\n${renderTable(ROUTE_COLUMNS, rows)}`);
}

/** @type {import('../report/render-table').Column[]} */
const ROUTE_COLUMNS = [
  { title: 'routes' },
  { title: 'gateway', align: 'left' },
  { title: 'table ms/change' },
  { title: 'CPU' },
  { title: 'p50 ms' },
  { title: 'p99 ms' },
  { title: 'CPU, changing' },
  { title: 'p50 ms' },
  { title: 'p99 ms' },
  { title: 'failed' },
];

/** @param {Load} load */
function cellsOf({ cpuShare, p50Ms, p99Ms }) {
  return [formatPercent(cpuShare), formatNumber(p50Ms), formatNumber(p99Ms)];
}

module.exports = { runScaleBench };
