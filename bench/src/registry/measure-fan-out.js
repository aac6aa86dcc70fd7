'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { Agent } = require('undici');
const { inParallel } = require('../load/in-parallel');
const { within } = require('../load/within');
const { readUsage } = require('../machine/process-usage');
const { percentile } = require('../report/percentile');
const { enrol } = require('./enrol');
const { fleet } = require('./fleet');
const { subscribe } = require('./subscriber');

/** @typedef {import('./contenders/contender').RunningContender} RunningContender */
/**
 * @typedef {object} FanOutSubject
 * @property {string} title
 * @property {(workbench: import('../processes/workbench').Workbench) => Promise<Pick<RunningContender, 'process' | 'origin' | 'prepare' | 'register' | 'watch' | 'sign'>>} start
 */
/** @typedef {{ p50Ms: number, p99Ms: number, cpuMicros: number }} FanOut cpuMicros: of the registry, an announcement */

const WIDTH = 32;

/** Long enough for every stream to have told its watcher what was there before. */
const SETTLE_MS = 1_000;

/** Without this a registry that forgot one watcher would be waited for for ever. */
const LIMIT_MS = 10_000;

/**
 * How long it takes from a registration being sent until the last subscriber has read of it. The subscribers share
 * one process here, so its reading of all of them counts too, alike for everybody.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {{ contender: FanOutSubject, home: string, instances: number, subscribers: number, announcements: number }} options
 * @returns {Promise<FanOut>}
 */
async function measureFanOut(workbench, { contender, home, instances, subscribers, announcements }) {
  const registry = await contender.start(workbench);
  // A connection each: a stream never gives its connection back.
  const dispatcher = new Agent({ connections: null });
  try {
    await inParallel(fleet(home, instances), WIDTH, (member) => enrol(registry, member));
    const watchers = await Promise.all(
      Array.from({ length: subscribers }, async () =>
        subscribe(registry.origin, await registry.watch(), dispatcher),
      ),
    );
    await delay(SETTLE_MS);

    const latencies = [];
    const before = readUsage(registry.process.pid);
    for (const newcomer of fleet(home, announcements, instances)) {
      workbench.signal.throwIfAborted();
      await registry.prepare(newcomer);
      const read = Promise.all(watchers.map((watcher) => watcher.reads(registry.sign(newcomer))));
      const sentAt = performance.now();
      // Taken as it is read: the answer to the registration may come later than the news of it.
      const readAt = read.then(() => performance.now());
      await registry.register(newcomer);
      latencies.push(
        (await within(LIMIT_MS, readAt, `${contender.title} has not told every subscriber`)) - sentAt,
      );
    }
    const cpuSeconds = readUsage(registry.process.pid).cpuSeconds - before.cpuSeconds;
    return {
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
      cpuMicros: (cpuSeconds / announcements) * 1e6,
    };
  } finally {
    await dispatcher.destroy();
    await registry.process.stop();
  }
}

module.exports = { measureFanOut };
