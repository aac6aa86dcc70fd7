'use strict';

const { openIdleConnections } = require('../load/idle-connections');
const { openSlowReaders } = require('../load/slow-readers');
const { runWrk } = require('../load/wrk');
const { readUsage } = require('../machine/process-usage');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { SLOW_PATH } = require('./cases');
const { withToken } = require('./tokens');

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
 * @param {Omit<import('./peers/peer').PeerSite, 'workbench' | 'port' | 'nodeArgs'> & { peer: import('./peers/peer').Peer, case: import('./cases').Case } & Load} options
 * @returns {Promise<Measurement>}
 */
async function measure(workbench, { peer, case: testCase, upstream, registryUrl, settings, ...load }) {
  const { bytes, idleConnections, slowReaders } = testCase;
  const request = testCase.bearsToken ? withToken(testCase.request) : testCase.request;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const proxy = await peer.start({ workbench, port, upstream, registryUrl, settings });
  try {
    const { length } = await untilAnswering(origin + request.path, proxy, {
      authorization: request.authorization,
    });
    if (length !== bytes) throw new Error(`${peer.title} answers with ${length} bytes instead of ${bytes}`);

    const idle = await openIdleConnections({ port, path: request.path, count: idleConnections });
    const slow = await openSlowReaders({ port, path: SLOW_PATH, count: slowReaders });
    const wrk = (/** @type {number} */ seconds) =>
      runWrk(workbench, { origin, requests: [request], connections: load.connections, seconds });
    await wrk(load.warmUpSeconds);

    const before = readUsage(proxy.pid);
    const report = await wrk(load.seconds);
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
