'use strict';

const { PLAIN } = require('../gateway/peers/peer');
const { callJson } = require('../load/call-json');
const { inParallel } = require('../load/in-parallel');
const { readUsage } = require('../machine/process-usage');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { startRegistry } = require('../registry/contenders/rollcall');

/** Longer than any run. */
const TTL_SECONDS = 86_400;
/** Longer than anything that is worth waiting for. */
const LIMIT_MS = 60_000;

/** @typedef {{ ms: number, cpuMs: number } | undefined} Start `undefined`: not within a minute */

/**
 * A gateway process that has nothing but the registry to know from: from its start until it routes to the service that
 * was registered last.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {{ gateway: import('../gateway/peers/peer').Peer, upstream: import('../gateway/upstream').Upstream, services: number, nodeArgs?: readonly string[] }} options
 *   each service has an instance, and a route of its own
 * @returns {Promise<Start>}
 */
async function measureGatewayStart(workbench, { gateway, upstream, services, nodeArgs = [] }) {
  const registry = await startRegistry(workbench, 'upstream');
  const names = Array.from({ length: services }, (_, at) => `service-${at}`);
  await inParallel(names, 16, async (name) => {
    await callJson(`${registry.origin}/register`, {
      service_name: name,
      url: upstream.origin,
      ttl_seconds: TTL_SECONDS,
      routes: [{ path_prefix: `/${name}` }],
    });
  });
  const port = await freePort();
  const began = performance.now();
  const subject = await gateway.start({
    workbench,
    port,
    ...PLAIN,
    upstream,
    registryUrl: registry.origin,
    nodeArgs,
  });
  try {
    await untilAnswering(`http://127.0.0.1:${port}/${names.at(-1)}`, subject, { limitMs: LIMIT_MS });
    const ms = performance.now() - began;
    return { ms, cpuMs: readUsage(subject.pid).cpuSeconds * 1000 };
  } catch (error) {
    // Not an error of the bench: the answer is that it does not come to pass.
    if (subject.failure() === undefined && performance.now() - began > LIMIT_MS) return undefined;
    throw error;
  } finally {
    await subject.stop();
    await registry.process.stop();
  }
}

module.exports = { measureGatewayStart };
