'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { inParallel } = require('../load/in-parallel');
const { runWrk } = require('../load/wrk');
const { readUsage } = require('../machine/process-usage');
const { enrol } = require('./enrol');
const { fleet, servicesOf } = require('./fleet');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('../load/wrk').LoadRequest} LoadRequest */
/** @typedef {import('./contenders/contender').RunningContender} RunningContender */
/** @typedef {import('./contenders/contender').FleetMember} FleetMember */
/** @typedef {{ cpuMicros: number, requestsPerSecond: number, p99Ms: number, failures: number }} CallCost */
/**
 * @typedef {object} SizeMeasurement
 * @property {CallCost} heartbeat
 * @property {CallCost} discover
 * @property {number} rssBytes with the whole fleet in it, before any load
 * @property {number} bytesPerInstance what the fleet added to it, an instance
 */

/** Registrations under way at once. */
const WIDTH = 32;

/** In it before it is weighed: the first registrations also load code and grow heaps, which is no instance's doing. */
const FIRST_INSTANCES = 1_000;

/** What a registry still does after the last registration (flushing, collecting) is not its steady memory. */
const SETTLE_MS = 3_000;

/**
 * One registry at one size: fills it, weighs it, and drives heartbeats of every instance and discoveries of every
 * service, in turn.
 *
 * @param {Workbench} workbench
 * @param {{ contender: import('./contenders/contender').Contender, instances: number, connections: number, seconds: number, warmUpSeconds: number }} options
 * @returns {Promise<SizeMeasurement>}
 */
async function measureSize(workbench, { contender, instances, ...load }) {
  const registry = await contender.start(workbench);
  try {
    const fill = async (/** @type {readonly FleetMember[]} */ members) => {
      await inParallel(members, WIDTH, (member) => enrol(registry, member));
      await delay(SETTLE_MS);
      return readUsage(registry.process.pid).rssBytes;
    };
    const before = await fill(fleet(FIRST_INSTANCES, instances));
    const members = fleet(instances);
    const rssBytes = await fill(members);

    return {
      heartbeat: await costOf(workbench, registry, members.map(registry.heartbeat), load),
      discover: await costOf(workbench, registry, servicesOf(members).map(registry.discover), load),
      rssBytes,
      bytesPerInstance: (rssBytes - before) / instances,
    };
  } finally {
    await registry.process.stop();
  }
}

/**
 * @param {Workbench} workbench
 * @param {RunningContender} registry
 * @param {readonly LoadRequest[]} requests
 * @param {{ connections: number, seconds: number, warmUpSeconds: number }} load
 * @returns {Promise<CallCost>}
 */
async function costOf(workbench, { process, origin }, requests, { connections, seconds, warmUpSeconds }) {
  await runWrk(workbench, { origin, requests, connections, seconds: warmUpSeconds });
  const before = readUsage(process.pid);
  const report = await runWrk(workbench, { origin, requests, connections, seconds });
  const after = readUsage(process.pid);
  return {
    cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / report.requests) * 1e6,
    requestsPerSecond: report.requests / report.seconds,
    p99Ms: report.p99Ms,
    failures: report.failures,
  };
}

module.exports = { measureSize };
