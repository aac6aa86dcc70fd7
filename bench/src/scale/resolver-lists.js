'use strict';

const { fork } = require('node:child_process');
const { join, resolve } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { callJson } = require('../load/call-json');
const { inParallel } = require('../load/in-parallel');
const { within } = require('../load/within');
const { startRegistry } = require('../registry/contenders/rollcall');

/** @typedef {import('../processes/workbench').Workbench} Workbench */

const SERVICES = 10_000;
/** Longer than anything that is worth waiting for. */
const LIMIT_MS = 60_000;

/**
 * @typedef {object} ListCost
 * @property {number} ms
 * @property {number} cpuMs of the process that follows them
 */
/** @typedef {ListCost | undefined} Outcome `undefined`: it did not come to pass within a minute */
/** @typedef {'everything' | 'one_by_one' | 'at_once'} Way */

/**
 * A registry with ten thousand services, for the cases C, D and E of the scale bench.
 *
 * @param {Workbench} workbench
 * @returns {Promise<{ origin: string, stop: () => Promise<void> }>}
 */
async function startFullRegistry(workbench) {
  const registry = await startRegistry(workbench, 'upstream');
  await inParallel(names(SERVICES), 16, async (name) => void (await register(registry.origin, name, 80)));
  return { origin: registry.origin, stop: () => registry.process.stop() };
}

/**
 * C: `everything` is known. D: `one_by_one`, each asked for when the one before is known. E: `at_once`, and then a
 * change of the last one.
 *
 * @param {string} root of a checkout that has been built: whose client is measured
 * @param {string} origin of the registry, which is this checkout's
 * @param {{ way: Way, count: number }} list
 * @returns {Promise<Outcome>}
 */
function measureResolverList(root, origin, { way, count }) {
  return new Promise((resolveWith, reject) => {
    // A process of its own: another checkout's modules are not to meet ours.
    const child = fork(__filename, [resolve(root), origin, way, String(count)]);
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolveWith(undefined);
      else reject(new Error(`following ${count} services ended with ${code}`));
    });
    child.once('message', (cost) => resolveWith(/** @type {ListCost} */ (cost)));
  });
}

/**
 * @param {number} count
 * @returns {string[]}
 */
function names(count) {
  return Array.from({ length: count }, (_, at) => `service-${at}`);
}

/**
 * @param {string} origin
 * @param {string} name
 * @param {number} port
 */
function register(origin, name, port) {
  const url = `http://127.0.0.1:${port}`;
  return callJson(`${origin}/register`, { service_name: name, url, ttl_seconds: 86_400 });
}

/**
 * @param {string} root
 * @param {string} origin
 * @param {Way} way
 * @param {number} count
 */
async function followHere(root, origin, way, count) {
  const { createResolver } = require(join(root, 'libs/registry-client/dist/index.js'));
  const resolver = createResolver({
    registryUrls: [origin],
    ...(way === 'everything' ? { services: '*' } : {}),
  });
  const list = names(count);
  const last = list[count - 1];
  const known = (/** @type {string} */ name) => resolver.resolve(name, { timeoutMs: LIMIT_MS });
  await resolver.start();
  if (way === 'everything') while (!resolver.synced) await delay(5);
  else if (way === 'one_by_one') for (const name of list) await known(name);
  else {
    await Promise.all(list.map(known));
    await register(origin, String(last), 8000 + (process.pid % 1000));
    const before = (await known(String(last))).snapshot.instances.length;
    if (before === 1) while (resolver.current(last).snapshot.instances.length === before) await delay(1);
  }
}

async function main() {
  const [root = '', origin = '', way = '', count] = process.argv.slice(2);
  const began = performance.now();
  const work = followHere(root, origin, /** @type {Way} */ (way), Number(count));
  await within(LIMIT_MS, work, 'not within a minute');
  const { user, system } = process.cpuUsage();
  process.send?.({ ms: performance.now() - began, cpuMs: (user + system) / 1000 });
}

if (require.main === module)
  main().then(
    () => process.exit(0),
    // Not an error of the bench: the answer is that it does not come to pass.
    () => process.exit(0),
  );

module.exports = { measureResolverList, startFullRegistry, SERVICES };
