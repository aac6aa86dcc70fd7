'use strict';

const { openIdleConnections } = require('../load/idle-connections');
const { openSlowReaders } = require('../load/slow-readers');
const { readUsage } = require('../machine/process-usage');
const { freePort } = require('../processes/free-port');
const { SLOW_PATH } = require('./cases');
const { trafficOf } = require('./traffic');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {{ connections: number, seconds: number, warmUpSeconds: number }} Load */
/**
 * @typedef {object} Measurement
 * @property {number} requestsPerSecond
 * @property {number} cpuMicros a request, of the proxy's whole process tree
 * @property {number} busy how much of its core the proxy used, of 1
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} rssBytes at the end of the load
 * @property {number} failures
 * @property {number} connectionsLost idle connections and slow readers that the proxy closed meanwhile
 */

/**
 * One peer, one case, in a process of its own: nothing that an earlier case left in its memory or its compiled code
 * counts. The warm-up is not measured.
 *
 * @param {Workbench} workbench
 * @param {Omit<import('./peers/peer').PeerSite, 'workbench' | 'port' | 'wire' | 'nodeArgs'> & { peer: import('./peers/peer').Peer, case: import('./cases').Case } & Load} options
 * @returns {Promise<Measurement>}
 */
async function measure(workbench, { peer, case: testCase, seconds, warmUpSeconds, connections, ...site }) {
  const { wire, bytes, idleConnections, slowReaders } = testCase;
  const { path } = testCase.request;
  const port = await freePort();
  const proxy = await peer.start({ workbench, port, wire, ...site });
  const traffic = trafficOf(workbench, testCase, { port, connections, ca: site.certificates.ca });
  try {
    const { length } = await traffic.untilServed(proxy);
    if (length !== bytes) throw new Error(`${peer.title} answers with ${length} bytes instead of ${bytes}`);

    const idle = await openIdleConnections({ port, path, count: idleConnections });
    const slow = await openSlowReaders({ port, path: SLOW_PATH, count: slowReaders });
    await traffic.drive(warmUpSeconds);

    const before = readUsage(proxy.pid);
    const report = await traffic.drive(seconds);
    const after = readUsage(proxy.pid);

    const connectionsLost = idleConnections - idle.open() + slowReaders - slow.open();
    idle.close();
    slow.close();
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
    return {
      requestsPerSecond: report.requests / report.seconds,
      cpuMicros: (cpuSeconds / report.requests) * 1e6,
      busy: cpuSeconds / report.seconds,
      p50Ms: report.p50Ms,
      p99Ms: report.p99Ms,
      rssBytes: after.rssBytes,
      failures: report.failures,
      connectionsLost,
    };
  } finally {
    await proxy.stop();
  }
}

module.exports = { measure };
