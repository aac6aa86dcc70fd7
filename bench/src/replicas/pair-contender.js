'use strict';

const { callJson } = require('../load/call-json');
const { watchFromNow } = require('../registry/contenders/rollcall');
const { startReplicaPair } = require('./replica-pair');

/**
 * A pair of replicas as one registry: instances register at the first one, watchers watch the second, whose CPU is
 * measured.
 *
 * @param {import('./replica-pair').ReplicaPair} pair
 * @returns {Pick<import('../registry/contenders/contender').RunningContender, 'process' | 'origin' | 'prepare' | 'register' | 'watch' | 'sign'>}
 */
function acrossPair({ registries: [taker, watched], stop }) {
  /** @type {Promise<import('../registry/contenders/contender').WatchRequest> | undefined} */
  let watch;
  return {
    process: { ...watched.process, stop },
    origin: watched.origin,
    prepare: async () => undefined,
    register: async ({ service, id, url, ttlSeconds }) => {
      const instance = { service_name: service, instance_id: id, url, ttl_seconds: ttlSeconds };
      await callJson(`${taker.origin}/register`, instance);
    },
    watch: () => (watch ??= watchFromNow(watched.origin)),
    sign: ({ id }) => `"${id}"`,
  };
}

/** @satisfies {import('../registry/measure-fan-out').FanOutSubject} */
const replicaPair = {
  title: 'Rollcall, at the other replica',
  start: async (/** @type {import('../processes/workbench').Workbench} */ workbench) =>
    acrossPair(await startReplicaPair(workbench)),
};

module.exports = { replicaPair };
