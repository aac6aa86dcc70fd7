'use strict';

const { existsSync, mkdtempSync } = require('node:fs');
const { basename, join, resolve } = require('node:path');
const { request } = require('undici');
const { freePort } = require('../../processes/free-port');
const { untilAnswering } = require('../../processes/until-answering');
const { callJson } = require('../../load/call-json');
const { within } = require('../../load/within');
const { heapInUse } = require('../../profile/heap-in-use');

const HERE = join(__dirname, '../../../..');

/**
 * @param {string} root of a checkout that is built
 * @param {string} title
 * @returns {import('./contender').Contender} its registry
 */
function registryOf(root, title) {
  return {
    title,
    missing: () => (existsSync(mainIn(root)) ? undefined : `not built: npm run build in ${root}`),
    start: async (workbench) => {
      const inspectorPort = await freePort();
      const { process, origin } = await startRegistry(workbench, 'subject', {
        root,
        nodeOptions: [`--inspect-port=127.0.0.1:${inspectorPort}`],
      });
      /** @type {Map<string, unknown>} by instance id */
      const epochs = new Map();
      /** @type {Promise<import('./contender').WatchRequest> | undefined} */
      let watch;
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
        watch: () => (watch ??= watchFromNow(origin)),
        sign: ({ id }) => `"${id}"`,
        heapBytes: () => heapInUse(process.pid, inspectorPort),
      };
    },
  };
}

/** For a stream of every service to have told all of them; it is kept open, so that no time-out of its own ends it. */
const LIMIT_MS = 60_000;

const WATCH_ALL = '/watch?services=*';

/**
 * As a gateway that comes back: two hundred times a large catalog would be all that is measured.
 *
 * @param {string} origin of a registry
 * @returns {Promise<import('./contender').WatchRequest>} every service, from now on
 */
async function watchFromNow(origin) {
  const id = await within(LIMIT_MS, lastEventId(origin), 'the registry does not say that it is in sync');
  return { method: 'GET', path: WATCH_ALL, headers: { 'last-event-id': id } };
}

/**
 * @param {string} origin
 * @returns {Promise<string>} the id that a stream of every service begins to go on from
 */
async function lastEventId(origin) {
  const { body } = await request(origin + WATCH_ALL);
  let tail = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const text = tail + chunk;
    const id = EVENT_ID.exec(text)?.[1];
    if (id !== undefined) return id;
    // It may come in two chunks.
    tail = text.slice(-100);
  }
  throw new Error('the stream of every service ended before it was in sync');
}

/** Of what a stream begins with, only `synced` has one. */
const EVENT_ID = /^id: (\S+)\n/m;

/**
 * @param {import('../../processes/workbench').Workbench} workbench
 * @param {import('../../processes/workbench').Role} role whose core it runs on
 * @param {{ root?: string, dataDir?: string, nodeOptions?: readonly string[], env?: NodeJS.ProcessEnv }} [options] of this checkout, with a data
 *   folder of its own, unless said otherwise
 * @returns {Promise<{ process: import('../../processes/pinned-process').PinnedProcess, origin: string }>}
 */
async function startRegistry(workbench, role, { root = HERE, dataDir, nodeOptions = [], env = {} } = {}) {
  const port = await freePort();
  const registry = workbench.start(role, {
    name: 'registry',
    command: workbench.node.path,
    args: [...nodeOptions, mainIn(root)],
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir ?? mkdtempSync(join(workbench.folder, 'registry-')),
      LOG_LEVEL: 'warn',
      REGISTRY_AUTH: 'off',
      MAX_INSTANCES: '1000000',
      MAX_SERVICES: '100000',
      // Every address that a benchmark registers is a loopback one, which production refuses.
      ALLOWED_CIDRS: '127.0.0.0/8',
      ...env,
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswering(`${origin}/readyz`, registry);
  return { process: registry, origin };
}

/** @param {string} root */
function mainIn(root) {
  return join(root, 'apps/registry/dist/main.js');
}

const rollcall = registryOf(HERE, 'Rollcall registry');

/** @param {string} root of another checkout, to compare a change with what was before it */
const rollcallIn = (root) => registryOf(resolve(root), `Rollcall in ${basename(resolve(root))}`);

module.exports = { rollcall, rollcallIn, startRegistry, watchFromNow };
