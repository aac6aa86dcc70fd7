'use strict';

const { progress, say } = require('../cli/terminal');
const { startUpstream } = require('../gateway/upstream');
const { describeMachine } = require('../report/describe-machine');
const { formatNumber, formatPercent } = require('../report/quantity');
const { renderTable } = require('../report/render-table');
const { measureResolverList, startFullRegistry, SERVICES } = require('./resolver-lists');
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
  say(
    `\n### C, D, E. Lists of services\n\n${renderTable(LIST_COLUMNS, await listRows(workbench, checkouts))}`,
  );
}

/**
 * @param {Workbench} workbench
 * @param {import('./options').ScaleBenchOptions['checkouts']} checkouts
 */
async function listRows(workbench, checkouts) {
  const rows = [];
  for (const [title, list] of LISTS)
    for (const { root, gateway } of checkouts) {
      progress(`${title}, ${gateway.title}`);
      // One each: what is registered for one measurement is not to be known to the next.
      const registry = await startFullRegistry(workbench);
      const cost = await measureResolverList(root, registry.origin, list);
      await registry.stop();
      rows.push([title, gateway.title, ...costCells(cost)]);
    }
  progress('');
  return rows;
}

/** @type {readonly [string, { way: import('./resolver-lists').Way, count: number }][]} */
const LISTS = [
  ['C. everything, of 10,000', { way: 'everything', count: SERVICES }],
  ['D. 400 names, one by one', { way: 'one_by_one', count: 400 }],
  ['E. 1,001 names at once', { way: 'at_once', count: 1001 }],
  ['E. 10,000 names at once', { way: 'at_once', count: SERVICES }],
];

/** @param {import('./resolver-lists').Outcome} cost */
function costCells(cost) {
  return cost === undefined ? ['never', ''] : [formatNumber(cost.ms), formatNumber(cost.cpuMs)];
}

/** @type {import('../report/render-table').Column[]} */
const LIST_COLUMNS = [
  { title: 'services', align: 'left' },
  { title: 'client', align: 'left' },
  { title: 'ms' },
  { title: 'CPU ms' },
];

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
