'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { inParallel } = require('../load/in-parallel');
const { runWrk } = require('../load/wrk');
const { readUsage } = require('../machine/process-usage');
const { enrol } = require('./enrol');
const { evictionCost } = require('./eviction-cost');
const { fleet, servicesOf } = require('./fleet');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('../load/wrk').LoadRequest} LoadRequest */
/** @typedef {import('./contenders/contender').RunningContender} RunningContender */
/** @typedef {import('./contenders/contender').FleetMember} FleetMember */
/** @typedef {{ cpuMicros: number, requestsPerSecond: number, p99Ms: number, failures: number }} CallCost */
/** @typedef {{ rssBytes: number, heapBytes: number }} Weight heapBytes: NaN where it cannot be asked */
/**
 * @typedef {object} SizeMeasurement
 * @property {number} instances that were in it: fewer than asked for where filling it took too long
 * @property {CallCost} heartbeat
 * @property {CallCost} discover
 * @property {number} evictionMicros CPU for a lease that ends and what it takes with it
 * @property {number} rssBytes with the whole fleet in it, before any load
 * @property {number} rssPerInstance bytes that the fleet added, an instance
 * @property {number} heapPerInstance the same without garbage; NaN where it cannot be asked
 */

/** Registrations under way at once. */
const WIDTH = 32;

/** In it before it is weighed: the first registrations also load code and grow heaps, which is no instance's doing. */
const FIRST_INSTANCES = 1_000;

/** What a registry still does after the last registration (flushing, collecting) is not its steady memory. */
const SETTLE_MS = 3_000;

/**
 * One registry at one size: fills it, as far as it comes in the time for that, weighs it, and drives heartbeats of every instance and discoveries of every
 * service, in turn.
 *
 * @param {Workbench} workbench
 * @param {{ contender: import('./contenders/contender').Contender, home: string, instances: number, fillSeconds: number, connections: number, seconds: number, warmUpSeconds: number }} options
 * @returns {Promise<SizeMeasurement>}
 */
async function measureSize(workbench, { contender, home, instances, fillSeconds, ...load }) {
  const registry = await contender.start(workbench);
  try {
    const fill = async (/** @type {readonly FleetMember[]} */ members) => {
      const endsAt = performance.now() + fillSeconds * 1_000;
      const isInTime = () => performance.now() < endsAt && !workbench.signal.aborted;
      const filled = await inParallel(members, WIDTH, (member) => enrol(registry, member), isInTime);
      await delay(SETTLE_MS);
      return members.slice(0, filled);
    };
    await fill(fleet(home, FIRST_INSTANCES, instances));
    const before = await weigh(registry);
    const members = await fill(fleet(home, instances));
    const after = await weigh(registry);

    return {
      instances: members.length,
      heartbeat: await costOf(workbench, registry, members.map(registry.heartbeat), load),
      discover: await costOf(workbench, registry, servicesOf(members).map(registry.discover), load),
      evictionMicros: await evictionCost(registry, home, instances + FIRST_INSTANCES),
      rssBytes: after.rssBytes,
      rssPerInstance: (after.rssBytes - before.rssBytes) / members.length,
      heapPerInstance: (after.heapBytes - before.heapBytes) / members.length,
    };
  } finally {
    await registry.process.stop();
  }
}

/**
 * The RSS before the garbage is collected: a process that is asked for its heap gives some of it back.
 *
 * @param {RunningContender} registry
 * @returns {Promise<Weight>}
 */
async function weigh({ process, heapBytes }) {
  const { rssBytes } = readUsage(process.pid);
  return { rssBytes, heapBytes: heapBytes ? await heapBytes() : Number.NaN };
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
