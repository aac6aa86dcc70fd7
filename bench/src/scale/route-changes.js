'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { Agent, request } = require('undici');
const { PLAIN } = require('../gateway/peers/peer');
const { callJson } = require('../load/call-json');
const { inParallel } = require('../load/in-parallel');
const { readUsage } = require('../machine/process-usage');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { startRegistry } = require('../registry/contenders/rollcall');
const { percentile } = require('../report/percentile');

/** @typedef {import('../processes/workbench').Workbench} Workbench */

const ROUTES_A_SERVICE = 50;
const TTL_SECONDS = 86_400;
const REQUESTS_A_SECOND = 200;
const CHANGES_A_SECOND = 50;

/** @typedef {{ cpuShare: number, p50Ms: number, p99Ms: number, failures: number }} Load */
/** @typedef {{ quiet: Load, changing: Load }} RouteChanges `quiet`: the same requests without changes beside them */

/**
 * Case A of the scale bench: a gateway that knows so many routes serves 200 requests a second, alone and while services
 * come and go 50 times a second.
 *
 * @param {Workbench} workbench
 * @param {{ gateway: import('../gateway/peers/peer').Peer, upstream: import('../gateway/upstream').Upstream, routes: number, seconds: number }} options
 * @returns {Promise<RouteChanges>}
 */
async function measureRouteChanges(workbench, { gateway, upstream, routes, seconds }) {
  const registry = await startRegistry(workbench, 'upstream');
  const { origin } = registry;
  const register = (/** @type {string} */ service, /** @type {readonly string[]} */ prefixes) =>
    callJson(`${origin}/register`, {
      service_name: service,
      instance_id: service,
      url: upstream.origin,
      ttl_seconds: TTL_SECONDS,
      routes: prefixes.map((prefix) => ({ path_prefix: prefix })),
    });
  const services = Array.from({ length: Math.ceil(routes / ROUTES_A_SERVICE) }, (_, at) => `s-${at}`);
  await inParallel(services, 8, async (service) => {
    await register(
      service,
      Array.from({ length: ROUTES_A_SERVICE }, (_, at) => `/${service}/${at}`),
    );
  });

  const port = await freePort();
  const subject = await gateway.start({ workbench, port, ...PLAIN, upstream, registryUrl: origin });
  const target = `http://127.0.0.1:${port}/s-0/0`;
  await untilAnswering(target, subject);
  await drive(subject.pid, target, 1);
  const quiet = await drive(subject.pid, target, seconds);
  const changes = new AbortController();
  const changing = churn(origin, register, changes.signal);
  await drive(subject.pid, target, 1);
  const disturbed = await drive(subject.pid, target, seconds);
  changes.abort();
  await changing;
  await subject.stop();
  await registry.process.stop();
  return { quiet, changing: disturbed };
}

/**
 * Registers one service and deregisters another, in turn, each with a route of its own.
 *
 * @param {string} origin
 * @param {(service: string, prefixes: readonly string[]) => Promise<unknown>} register
 * @param {AbortSignal} signal
 */
async function churn(origin, register, signal) {
  const began = performance.now();
  for (let at = 0; !signal.aborted; at++) {
    const service = `churn-${(at >> 1) % 100}`;
    if (at % 2 === 0) await register(service, [`/${service}`]);
    else await request(`${origin}/deregister`, deregistration(service)).then(({ body }) => body.dump());
    await delay(Math.max(0, began + ((at + 1) * 1000) / CHANGES_A_SECOND - performance.now()));
  }
}

/** @param {string} id */
function deregistration(id) {
  return /** @type {const} */ ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance_id: id }),
  });
}

/**
 * Requests at a fixed rate, whatever the answers take.
 *
 * @param {number} pid of the gateway
 * @param {string} target
 * @param {number} seconds
 * @returns {Promise<Load>}
 */
async function drive(pid, target, seconds) {
  const dispatcher = new Agent({ connections: 64 });
  /** @type {number[]} */
  const times = [];
  let failures = 0;
  const ask = async () => {
    const began = performance.now();
    try {
      const { statusCode, body } = await request(target, { dispatcher });
      await body.dump();
      if (statusCode !== 200) failures += 1;
    } catch {
      failures += 1;
    }
    times.push(performance.now() - began);
  };
  const before = readUsage(pid);
  const began = performance.now();
  const asked = [];
  for (let at = 0; at < seconds * REQUESTS_A_SECOND; at++) {
    asked.push(ask());
    const wait = began + ((at + 1) * 1000) / REQUESTS_A_SECOND - performance.now();
    if (wait > 0) await delay(wait);
  }
  await Promise.all(asked);
  const tookSeconds = (performance.now() - began) / 1000;
  const cpuShare = (readUsage(pid).cpuSeconds - before.cpuSeconds) / tookSeconds;
  await dispatcher.close();
  return { cpuShare, p50Ms: percentile(times, 50), p99Ms: percentile(times, 99), failures };
}

module.exports = { measureRouteChanges };
