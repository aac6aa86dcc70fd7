'use strict';

const { fork } = require('node:child_process');
const { join, resolve } = require('node:path');
const { median } = require('../report/median');

const CHANGES = 200;

/**
 * Case A of the scale bench, the table alone: the time from one service's news to the next match, median of many.
 *
 * @param {string} root of a checkout that has been built
 * @param {number} routes
 * @returns {Promise<number>} milliseconds
 */
function measureRouteTable(root, routes) {
  return new Promise((resolveWith, reject) => {
    // A process of its own: another checkout's modules are not to meet ours.
    const child = fork(__filename, [resolve(root), String(routes)]);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`measuring the route table ended with ${code}`)));
    child.once('message', (ms) => resolveWith(Number(ms)));
  });
}

/**
 * @param {string} root
 * @param {number} routes
 */
function measureHere(root, routes) {
  const { createRouteBook } = require(join(root, 'apps/gateway/dist/upstreams/route-book.js'));
  const policy = {
    picker: 'round_robin',
    headersTimeoutMs: 1,
    idleTimeoutMs: 1,
    maxAttempts: 1,
    attemptTimeoutMs: 1,
  };
  const book = createRouteBook({
    defaultPolicy: policy,
    compilePolicies: () => undefined,
    fleet: { of: () => [], group: () => undefined },
    choosing: { random: Math.random, clientOf: () => '' },
  });
  for (let at = 0; at < routes; at++) book.update(`s-${at}`, [instanceOf(`s-${at}`, `/s-${at}`)], undefined);
  book.table.match('GET', '', '/s-0');
  const times = [];
  for (let at = 0; at < CHANGES; at++) {
    const news = at % 2 === 0 ? [instanceOf('new', '/new'), instanceOf('new', `/new-${at}`)] : [];
    const began = performance.now();
    book.update('new', news, undefined);
    book.table.match('GET', '', '/s-0');
    times.push(performance.now() - began);
  }
  return median(times);
}

/**
 * @param {string} service
 * @param {string} prefix
 */
function instanceOf(service, prefix) {
  return {
    instance_id: `${service}${prefix}`,
    service_name: service,
    url: 'http://127.0.0.1:1',
    status: 'up',
    tags: [],
    routes: [{ path_prefix: prefix }],
    registered_at: 1,
    epoch: 1,
  };
}

if (require.main === module) {
  const [, , root = '', routes = ''] = process.argv;
  process.send?.(measureHere(root, Number(routes)), () => process.disconnect());
}

module.exports = { measureRouteTable };
