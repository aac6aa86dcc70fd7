'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { inParallel } = require('../load/in-parallel');
const { readUsage } = require('../machine/process-usage');
const { enrol } = require('./enrol');
const { shortLived } = require('./fleet');

/** @typedef {import('./contenders/contender').RunningContender} RunningContender */

const EVICTED = 1_000;
const WIDTH = 32;

/** The shortest that both know. */
const TTL_SECONDS = 5;

/** From the last registration until what it started has ended; the first lease must not have. */
const SETTLE_MS = 2_000;

/** From then until everybody has noticed that the last lease has ended. */
const LAPSE_MS = 6_000;

/**
 * What it costs that leases end while many others go on: CPU a lease, what a registry does anyway in those seconds
 * taken off.
 *
 * @param {RunningContender} registry
 * @param {string} home
 * @param {number} first number that is not taken
 * @returns {Promise<number>} microseconds
 */
async function evictionCost(registry, home, first) {
  const { pid } = registry.process;
  const idle = await cpuOf(pid, LAPSE_MS);
  const members = shortLived(home, EVICTED, { first, ttlSeconds: TTL_SECONDS });
  await inParallel(members, WIDTH, (member) => enrol(registry, member));
  await delay(SETTLE_MS);
  return ((await cpuOf(pid, LAPSE_MS)) - idle) / EVICTED;
}

/**
 * @param {number} pid
 * @param {number} periodMs
 * @returns {Promise<number>} microseconds that it uses from now on
 */
async function cpuOf(pid, periodMs) {
  const { cpuSeconds: before } = readUsage(pid);
  await delay(periodMs);
  return (readUsage(pid).cpuSeconds - before) * 1e6;
}

module.exports = { evictionCost };
