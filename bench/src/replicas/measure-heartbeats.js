'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { callJson } = require('../load/call-json');
const { inParallel } = require('../load/in-parallel');
const { readUsage } = require('../machine/process-usage');
const { fleet } = require('../registry/fleet');
const { startReplicaPair } = require('./replica-pair');

/** @typedef {{ cpuShare: number, rssBytes: number }} Cost cpuShare: of one core */
/** @typedef {{ registries: readonly Cost[], members: readonly Cost[], fillSeconds: number, heartbeats: number, lateSeconds: number }} HeartbeatCost */

const WIDTH = 32;
const HEARTBEAT_SECONDS = 10;
/** Heartbeats are spread over their interval in so many portions. */
const PORTIONS = 100;
/** Reports and elections of the start are over by then. */
const SETTLE_MS = 5_000;

/**
 * What it costs two registries and etcd that so many instances are heard from every ten seconds, half of them at each
 * registry. Fails when one heartbeat is refused.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {{ home: string, instances: number, seconds: number }} options
 * @returns {Promise<HeartbeatCost>} `lateSeconds`: how much longer the sending took than it should
 */
async function measureHeartbeats(workbench, { home, instances, seconds }) {
  const pair = await startReplicaPair(workbench);
  const origins = pair.registries.map(({ origin }) => origin);
  const originOf = (/** @type {number} */ number) => /** @type {string} */ (origins[number % 2]);
  try {
    /** @type {{ url: string, body: object }[]} */
    const heartbeats = [];
    const began = performance.now();
    await inParallel(fleet(home, instances), WIDTH, async ({ number, service, id, url, ttlSeconds }) => {
      workbench.signal.throwIfAborted();
      const instance = { service_name: service, instance_id: id, url, ttl_seconds: ttlSeconds };
      const { epoch } = await callJson(`${originOf(number)}/register`, instance);
      heartbeats.push({ url: `${originOf(number)}/heartbeat`, body: { instance_id: id, epoch } });
    });
    const fillSeconds = (performance.now() - began) / 1000;
    await delay(SETTLE_MS);

    const processes = [...pair.registries, ...pair.members].map(({ process }) => process.pid);
    const before = processes.map((pid) => readUsage(pid));
    const startedAt = performance.now();
    const sent = await sendEvenly(heartbeats, { seconds, signal: workbench.signal });
    const tookSeconds = (performance.now() - startedAt) / 1000;
    const costs = processes.map((pid, at) => {
      const { cpuSeconds, rssBytes } = readUsage(pid);
      return { cpuShare: (cpuSeconds - (before[at]?.cpuSeconds ?? 0)) / tookSeconds, rssBytes };
    });
    return {
      registries: costs.slice(0, pair.registries.length),
      members: costs.slice(pair.registries.length),
      fillSeconds,
      heartbeats: sent,
      lateSeconds: tookSeconds - seconds,
    };
  } finally {
    await pair.stop();
  }
}

/**
 * @param {readonly { url: string, body: object }[]} heartbeats one of each instance
 * @param {{ seconds: number, signal: AbortSignal }} options
 * @returns {Promise<number>} how many were sent, and answered well
 */
async function sendEvenly(heartbeats, { seconds, signal }) {
  const began = performance.now();
  const portions = Math.ceil((seconds / HEARTBEAT_SECONDS) * PORTIONS);
  const bound = (/** @type {number} */ portion) => Math.round((portion * heartbeats.length) / PORTIONS);
  let sent = 0;
  for (let turn = 0; turn < portions; turn += 1) {
    signal.throwIfAborted();
    const portion = turn % PORTIONS;
    const due = heartbeats.slice(bound(portion), bound(portion + 1));
    await inParallel(due, WIDTH, async ({ url, body }) => void (await callJson(url, body)));
    sent += due.length;
    const dueMs = ((turn + 1) * HEARTBEAT_SECONDS * 1000) / PORTIONS;
    await delay(Math.max(0, dueMs - (performance.now() - began)));
  }
  return sent;
}

module.exports = { measureHeartbeats };
