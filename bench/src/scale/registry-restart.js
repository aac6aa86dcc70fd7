'use strict';

const { mkdtempSync } = require('node:fs');
const { join } = require('node:path');
const { inParallel } = require('../load/in-parallel');
const { callJson } = require('../load/call-json');
const { readUsage } = require('../machine/process-usage');
const { untilAnswering } = require('../processes/until-answering');
const { startRegistry } = require('../registry/contenders/rollcall');
const { fleet } = require('../registry/fleet');

const WIDTH = 32;

/** @typedef {{ ms: number, cpuMs: number, rssBytes: number }} Restart */

/**
 * A registry that finds so many instances in its folder: from its start until it lists the last one.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {{ root: string, home: string, instances: number }} options `root` of a checkout that has been built
 * @returns {Promise<Restart>}
 */
async function measureRegistryRestart(workbench, { root, home, instances }) {
  const dataDir = mkdtempSync(join(workbench.folder, 'restart-'));
  const members = fleet(home, instances);
  const first = await startRegistry(workbench, 'subject', { root, dataDir });
  await inParallel(members, WIDTH, async ({ service, id, url, ttlSeconds }) => {
    await callJson(`${first.origin}/register`, {
      service_name: service,
      instance_id: id,
      url,
      ttl_seconds: ttlSeconds,
    });
  });
  await first.process.stop();

  const began = performance.now();
  const second = await startRegistry(workbench, 'subject', { root, dataDir });
  const last = members.at(-1);
  const listed = await untilAnswering(`${second.origin}/discover/${last?.service}`, second.process);
  const ms = performance.now() - began;
  if (!listed.includes(`"${last?.id}"`)) throw new Error(`a restarted registry has lost ${last?.id}`);
  const { cpuSeconds, rssBytes } = readUsage(second.process.pid);
  await second.process.stop();
  return { ms, cpuMs: cpuSeconds * 1000, rssBytes };
}

module.exports = { measureRegistryRestart };
