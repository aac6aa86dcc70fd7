'use strict';

const { existsSync, mkdtempSync } = require('node:fs');
const { join } = require('node:path');
const { freePort } = require('../../processes/free-port');
const { untilAnswering } = require('../../processes/until-answering');
const { callJson } = require('../../load/call-json');
const { heapInUse } = require('../../profile/heap-in-use');

const MAIN = join(__dirname, '../../../../apps/registry/dist/main.js');

/** @type {import('./contender').Contender} */
const rollcall = {
  title: 'Rollcall registry',
  missing: () => (existsSync(MAIN) ? undefined : 'not built: npm run build'),
  start: async (workbench) => {
    const inspectorPort = await freePort();
    const { process, origin } = await startRegistry(workbench, 'subject', [
      `--inspect-port=127.0.0.1:${inspectorPort}`,
    ]);
    /** @type {Map<string, unknown>} by instance id */
    const epochs = new Map();
    return {
      process,
      origin,
      prepare: async () => undefined,
      register: async ({ service, id, url, ttlSeconds }) => {
        const instance = await callJson(`${origin}/register`, {
          service_name: service,
          instance_id: id,
          url,
          ttl_seconds: ttlSeconds,
        });
        epochs.set(id, instance['epoch']);
      },
      heartbeat: ({ id }) => ({
        method: 'POST',
        path: '/heartbeat',
        body: JSON.stringify({ instance_id: id, epoch: epochs.get(id) }),
      }),
      discover: (service) => ({ method: 'GET', path: `/discover/${service}` }),
      watch: () => ({ method: 'GET', path: '/watch?services=*' }),
      sign: ({ id }) => `"${id}"`,
      heapBytes: () => heapInUse(process.pid, inspectorPort),
    };
  },
};

/**
 * @param {import('../../processes/workbench').Workbench} workbench
 * @param {import('../../processes/workbench').Role} role whose core it runs on
 * @param {readonly string[]} [nodeOptions]
 * @returns {Promise<{ process: import('../../processes/pinned-process').PinnedProcess, origin: string }>}
 */
async function startRegistry(workbench, role, nodeOptions = []) {
  const port = await freePort();
  const registry = workbench.start(role, {
    name: 'registry',
    command: workbench.node.path,
    args: [...nodeOptions, MAIN],
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: mkdtempSync(join(workbench.folder, 'registry-')),
      LOG_LEVEL: 'warn',
      REGISTRY_AUTH: 'off',
      MAX_INSTANCES: '1000000',
      MAX_SERVICES: '100000',
      // Every address that a benchmark registers is a loopback one, which production refuses.
      ALLOWED_CIDRS: '127.0.0.0/8',
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswering(`${origin}/readyz`, registry);
  return { process: registry, origin };
}

module.exports = { rollcall, startRegistry };
