'use strict';

const { formatMebibytes, formatNumber, formatPercent } = require('../report/quantity');
const { renderTable } = require('../report/render-table');

/** @typedef {import('./route-changes').Load} Load */
/** @typedef {{ title: string }} Subject whose figures a row holds */

/** @param {readonly (Subject & { routes: number, tableMs: number } & import('./route-changes').RouteChanges)[]} rows */
function routeChanges(rows) {
  return section(
    'A. Routes that change',
    ['routes', 'gateway', 'table ms/change', ...LOAD, 'CPU, changing', 'p50 ms', 'p99 ms', 'failed'],
    rows.map(({ routes, title, tableMs, quiet, changing }) => [
      count(routes),
      title,
      formatNumber(tableMs),
      ...loadCells(quiet),
      ...loadCells(changing),
      String(quiet.failures + changing.failures),
    ]),
  );
}

/** @param {readonly (Subject & import('./catalog-cache').CatalogCacheCost)[]} rows */
function catalogCache(rows) {
  return section(
    'B. The catalog cache of a resolver',
    ['instances', 'client', 'longest turn, CPU ms', 'CPU ms/write'],
    rows.map(({ instances, title, standstillMs, cpuMs }) => [
      count(instances),
      title,
      formatNumber(standstillMs),
      formatNumber(cpuMs),
    ]),
  );
}

/** @param {readonly (Subject & { services: string, cost: import('./resolver-lists').Outcome })[]} rows */
function lists(rows) {
  return section(
    'C, D, E. Lists of services',
    ['services', 'client', 'ms', 'CPU ms'],
    rows.map(({ services, title, cost }) => [services, title, ...costCells(cost)]),
  );
}

/** @param {readonly (Subject & { services: number, start: import('./gateway-start').Start })[]} rows */
function gatewayStart(rows) {
  return section(
    'A gateway starts',
    ['services', 'gateway', 'ms until it routes', 'CPU ms'],
    rows.map(({ services, title, start }) => [count(services), title, ...costCells(start)]),
  );
}

/**
 * @param {number} watchers
 * @param {readonly (Subject & { instances: number } & import('../registry/measure-fan-out').FanOut)[]} rows
 */
function registryChanges(watchers, rows) {
  return section(
    `A change at a registry with ${watchers} watchers`,
    ['instances', 'registry', 'CPU µs/change', 'p50 ms', 'p99 ms'],
    rows.map(({ instances, title, cpuMicros, p50Ms, p99Ms }) => [
      count(instances),
      title,
      formatNumber(cpuMicros),
      formatNumber(p50Ms),
      formatNumber(p99Ms),
    ]),
  );
}

/** @param {readonly (Subject & { instances: number } & import('./registry-restart').Restart)[]} rows */
function registryRestart(rows) {
  return section(
    'A registry starts with what is on its disk',
    ['instances', 'registry', 'ms until it lists them', 'CPU ms', 'RSS MiB'],
    rows.map(({ instances, title, ms, cpuMs, rssBytes }) => [
      count(instances),
      title,
      ...costCells({ ms, cpuMs }),
      formatMebibytes(rssBytes),
    ]),
  );
}

const LOAD = ['CPU', 'p50 ms', 'p99 ms'];
/** What is no number. */
const NAMES = new Set(['gateway', 'client', 'registry', 'services']);

/**
 * @param {string} title
 * @param {readonly string[]} columns
 * @param {readonly (readonly string[])[]} rows
 */
function section(title, columns, rows) {
  const aligned = columns.map((name) => ({
    title: name,
    align: NAMES.has(name) ? /** @type {const} */ ('left') : /** @type {const} */ ('right'),
  }));
  return `### ${title}\n\n${renderTable(aligned, rows)}`;
}

/** @param {Load} load */
function loadCells({ cpuShare, p50Ms, p99Ms }) {
  return [formatPercent(cpuShare), formatNumber(p50Ms), formatNumber(p99Ms)];
}

/** @param {{ ms: number, cpuMs: number } | undefined} cost `undefined`: it did not come to pass within a minute */
function costCells(cost) {
  return cost === undefined ? ['never', ''] : [formatNumber(cost.ms), formatNumber(cost.cpuMs)];
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en-US');
}

module.exports = { routeChanges, catalogCache, lists, gatewayStart, registryChanges, registryRestart };
