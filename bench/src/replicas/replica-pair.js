'use strict';

const { startEtcd } = require('../registry/contenders/etcd');
const { startRegistry } = require('../registry/contenders/rollcall');

/** @typedef {import('../processes/pinned-process').PinnedProcess} PinnedProcess */
/** @typedef {{ process: PinnedProcess, origin: string }} Server */
/**
 * Two registries of one catalog, and the three members of etcd that keep it.
 *
 * @typedef {object} ReplicaPair
 * @property {readonly [Server, Server]} registries the first one leads
 * @property {readonly Server[]} members
 * @property {() => Promise<void>} stop
 */

const MEMBERS = 3;

/**
 * The registries share the core of what is measured, etcd the other one with the load: on two cores nothing is alone,
 * so CPU time is what can be compared.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @returns {Promise<ReplicaPair>} with nothing registered
 */
async function startReplicaPair(workbench) {
  const members = await startEtcd(workbench, 'upstream', MEMBERS);
  const env = {
    REGISTRY_STORE: 'etcd',
    ETCD_ENDPOINTS: members.map(({ origin }) => origin).join(','),
  };
  const first = await startRegistry(workbench, 'subject', { env });
  const second = await startRegistry(workbench, 'subject', { env });
  return {
    registries: [first, second],
    members,
    stop: async () => {
      for (const { process } of [first, second, ...members]) await process.stop();
    },
  };
}

module.exports = { startReplicaPair };
