'use strict';

const { fork } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { median } = require('../report/median');

const WRITES = 15;

/**
 * Case B of the scale bench: what it costs a process to keep its catalog in a file. Each write is one of those that
 * follow a change, with nothing else to do meanwhile.
 *
 * @typedef {object} CatalogCacheCost
 * @property {number} instances
 * @property {number} standstillMs CPU time of the longest turn of the event loop, median of the writes; not by the
 *   clock, which on a busy machine measures the others
 * @property {number} cpuMs user and system time of a write, median
 */

/**
 * @param {string} root of a checkout that has been built: this one, or another to compare it with
 * @param {number} instances of as many services as there are tens of them
 * @returns {Promise<CatalogCacheCost>}
 */
function measureCatalogCache(root, instances) {
  return new Promise((resolve, reject) => {
    // A process of its own: what others left on the heap would be collected on this one's account.
    const child = fork(__filename, [join(root, 'libs/registry-client'), String(instances)]);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`measuring the catalog cache ended with ${code}`)));
    child.once('message', (cost) => resolve(/** @type {CatalogCacheCost} */ (cost)));
  });
}

/**
 * @param {string} client
 * @param {number} instances
 * @returns {Promise<CatalogCacheCost>}
 */
async function measureHere(client, instances) {
  const { writeCatalogCache } = require(join(client, 'dist/resolver/catalog-cache.js'));
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-scale-'));
  const snapshots = catalogOf(instances);
  const write = async () => {
    const failure = await writeCatalogCache(join(folder, 'catalog.json'), { savedAt: Date.now(), snapshots });
    if (failure !== undefined) throw new Error(failure.message);
  };
  /** @type {number[]} */
  const standstills = [];
  /** @type {number[]} */
  const cpu = [];
  try {
    for (let round = 0; round < WRITES; round += 1) {
      cpu.push(await cpuMsOf(write));
      standstills.push(await longestTurnMs(write));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { instances, standstillMs: median(standstills), cpuMs: median(cpu) };
}

/** @param {() => Promise<void>} work */
async function cpuMsOf(work) {
  const before = process.cpuUsage();
  await work();
  return millis(process.cpuUsage(before));
}

/** @param {() => Promise<void>} work */
async function longestTurnMs(work) {
  let longest = 0;
  let last = process.cpuUsage();
  const look = () => {
    longest = Math.max(longest, millis(process.cpuUsage(last)));
    last = process.cpuUsage();
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  await work();
  clearImmediate(next);
  return longest;
}

/** @param {NodeJS.CpuUsage} usage */
function millis({ user, system }) {
  return (user + system) / 1000;
}

/** @param {number} count of instances */
function catalogOf(count) {
  return Array.from({ length: Math.ceil(count / 10) }, (_, service) => ({
    serviceName: `service-${service}`,
    revision: service,
    instances: Array.from({ length: 10 }, (_, index) => ({
      instance_id: `3f0a9c52-0000-4000-8000-${String(service * 10 + index).padStart(12, '0')}`,
      service_name: `service-${service}`,
      url: `http://10.${service >> 8}.${service & 255}.${index}:8080`,
      status: 'up',
      version: '1.4.2',
      zone: 'eu-1a',
      tags: ['http'],
      weight: 100,
      metadata: { team: 'shop' },
      routes: [{ path_prefix: `/service-${service}` }],
      ttl_seconds: 30,
      health_path: '/livez',
      registered_at: 1_790_000_000,
      last_heartbeat: 1_790_000_000,
      epoch: service,
      revision: service,
    })),
  }));
}

if (require.main === module) {
  const [, , client = '', instances = ''] = process.argv;
  void measureHere(client, Number(instances)).then((cost) => {
    process.send?.(cost);
    if (process.send === undefined) process.stdout.write(`${JSON.stringify(cost)}\n`);
  });
}

module.exports = { measureCatalogCache };
