'use strict';

const { progress, say } = require('../cli/terminal');
const { startUpstream } = require('../gateway/upstream');
const { openHome } = require('../registry/home');
const { measureFanOut } = require('../registry/measure-fan-out');
const { describeMachine } = require('../report/describe-machine');
const { measureCatalogCache } = require('./catalog-cache');
const { measureGatewayStart } = require('./gateway-start');
const { measureRegistryRestart } = require('./registry-restart');
const { measureResolverList, startFullRegistry, SERVICES } = require('./resolver-lists');
const { measureRouteChanges } = require('./route-changes');
const { measureRouteTable } = require('./route-table');
const tables = require('./tables');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('./options').ScaleBenchOptions} Options */
/** @typedef {import('../gateway/upstream').Upstream} Upstream */

const CACHED_INSTANCES = [1_000, 10_000, 25_000];
const RESTARTED_INSTANCES = 10_000;
const WATCHERS = 200;
const CHANGES = 200;

/** @type {readonly [string, { way: import('./resolver-lists').Way, count: number }][]} */
const LISTS = [
  ['C. everything, of 10,000', { way: 'everything', count: SERVICES }],
  ['D. 400 names, one by one', { way: 'one_by_one', count: 400 }],
  ['E. 1,001 names at once', { way: 'at_once', count: 1001 }],
  ['E. 10,000 names at once', { way: 'at_once', count: SERVICES }],
];

/**
 * Prints a table a case.
 *
 * @param {Workbench} workbench
 * @param {Options} options
 */
async function runScaleBench(workbench, options) {
  say(describeMachine(workbench));
  const upstream = await startUpstream(workbench);
  const home = await openHome();
  const sections = [
    () => routeChanges(workbench, upstream, options),
    () => catalogCache(options),
    () => lists(workbench, options),
    () => gatewayStart(workbench, upstream, options),
    () => registryChanges(workbench, home.origin, options),
    () => registryRestart(workbench, home.origin, options),
  ];
  for (const section of sections) {
    workbench.signal.throwIfAborted();
    const text = await section();
    progress('');
    say(`\n${text}`);
  }
  home.close();
}

/**
 * @param {Workbench} workbench
 * @param {Upstream} upstream
 * @param {Options} options
 */
async function routeChanges(workbench, upstream, { sizes, seconds, checkouts }) {
  const rows = [];
  for (const routes of sizes)
    for (const { root, gateway } of checkouts) {
      progress(`A: ${routes} routes, ${gateway.title}`);
      const tableMs = await measureRouteTable(root, routes);
      const changes = await measureRouteChanges(workbench, { gateway, upstream, routes, seconds });
      rows.push({ routes, title: gateway.title, tableMs, ...changes });
    }
  return tables.routeChanges(rows);
}

/** @param {Options} options */
async function catalogCache({ checkouts }) {
  const rows = [];
  for (const instances of CACHED_INSTANCES)
    for (const { root, gateway } of checkouts) {
      progress(`B: ${instances} instances, ${gateway.title}`);
      rows.push({ title: gateway.title, ...(await measureCatalogCache(root, instances)) });
    }
  return tables.catalogCache(rows);
}

/**
 * @param {Workbench} workbench
 * @param {Options} options
 */
async function lists(workbench, { checkouts }) {
  const rows = [];
  for (const [services, list] of LISTS)
    for (const { root, gateway } of checkouts) {
      progress(`${services}, ${gateway.title}`);
      // One each: what is registered for one measurement is not to be known to the next.
      const registry = await startFullRegistry(workbench);
      const cost = await measureResolverList(root, registry.origin, list);
      await registry.stop();
      rows.push({ services, title: gateway.title, cost });
    }
  return tables.lists(rows);
}

/**
 * @param {Workbench} workbench
 * @param {Upstream} upstream
 * @param {Options} options
 */
async function gatewayStart(workbench, upstream, { checkouts }) {
  const rows = [];
  for (const { gateway } of checkouts) {
    progress(`a gateway's start with ${SERVICES} services, ${gateway.title}`);
    const start = await measureGatewayStart(workbench, { gateway, upstream, services: SERVICES });
    rows.push({ services: SERVICES, title: gateway.title, start });
  }
  return tables.gatewayStart(rows);
}

/**
 * @param {Workbench} workbench
 * @param {string} home
 * @param {Options} options
 */
async function registryChanges(workbench, home, { instances: sizes, checkouts }) {
  const rows = [];
  for (const instances of sizes)
    for (const { registry } of checkouts) {
      progress(`${WATCHERS} watchers, ${instances} instances, ${registry.title}`);
      const fanOut = await measureFanOut(workbench, {
        contender: registry,
        home,
        instances,
        subscribers: WATCHERS,
        announcements: CHANGES,
      });
      rows.push({ instances, title: registry.title, ...fanOut });
    }
  return tables.registryChanges(WATCHERS, rows);
}

/**
 * @param {Workbench} workbench
 * @param {string} home
 * @param {Options} options
 */
async function registryRestart(workbench, home, { checkouts }) {
  const rows = [];
  for (const { root, registry } of checkouts) {
    progress(`a restart with ${RESTARTED_INSTANCES} instances on disk, ${registry.title}`);
    const restart = await measureRegistryRestart(workbench, { root, home, instances: RESTARTED_INSTANCES });
    rows.push({ instances: RESTARTED_INSTANCES, title: registry.title, ...restart });
  }
  return tables.registryRestart(rows);
}

module.exports = { runScaleBench };
