'use strict';

const { mkdtempSync } = require('node:fs');
const { join } = require('node:path');
const { findProgram } = require('../../machine/find-program');
const { freePort } = require('../../processes/free-port');
const { untilAnswering } = require('../../processes/until-answering');
const { callJson } = require('../../load/call-json');

/**
 * etcd as registries are built on it: a key an instance under `/services/<name>/`, held by a lease of its own, all
 * through its HTTP gateway.
 *
 * @type {import('./contender').Contender}
 */
const etcd = {
  title: 'etcd (HTTP gateway)',
  missing: () => (findProgram('etcd') ? undefined : 'not installed'),
  start: async (workbench) => {
    const [{ process, origin }] = await startEtcd(workbench, 'subject', 1);
    return {
      process,
      origin,
      prepare: async (member) => {
        await callJson(`${origin}/v3/lease/grant`, { ID: leaseOf(member), TTL: member.ttlSeconds });
      },
      register: async (member) => {
        await callJson(`${origin}/v3/kv/put`, {
          key: base64(keyOf(member)),
          value: base64(JSON.stringify(valueOf(member))),
          lease: leaseOf(member),
        });
      },
      heartbeat: (member) => ({
        method: 'POST',
        path: '/v3/lease/keepalive',
        body: JSON.stringify({ ID: leaseOf(member) }),
      }),
      discover: (service) => ({
        method: 'POST',
        path: '/v3/kv/range',
        body: JSON.stringify(prefixRange(`/services/${service}/`)),
      }),
      watch: () => ({
        method: 'POST',
        path: '/v3/watch',
        body: JSON.stringify({ create_request: prefixRange('/services/') }),
      }),
      sign: (member) => `"${base64(keyOf(member))}"`,
    };
  },
};

/** @typedef {{ process: import('../../processes/pinned-process').PinnedProcess, origin: string }} Member */

/**
 * @param {import('../../processes/workbench').Workbench} workbench
 * @param {import('../../processes/workbench').Role} role whose core they share
 * @param {number} count of the members of one cluster
 * @returns {Promise<[Member, ...Member[]]>}
 */
async function startEtcd(workbench, role, count) {
  const planned = await Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      name: `member-${at + 1}`,
      clientUrl: `http://127.0.0.1:${await freePort()}`,
      peerUrl: `http://127.0.0.1:${await freePort()}`,
    })),
  );
  const cluster = planned.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');
  const [first, ...others] = planned.map(({ name, clientUrl, peerUrl }) => {
    const process = workbench.start(role, {
      name: `etcd-${name}`,
      command: findProgram('etcd') ?? 'etcd',
      args: [
        ...['--name', name, '--data-dir', mkdtempSync(join(workbench.folder, 'etcd-'))],
        ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
        ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
        ...['--initial-cluster', cluster, '--log-level', 'warn', '--logger', 'zap'],
      ],
      // One thread of Go's scheduler for one core; more would fight over it.
      env: { GOMAXPROCS: '1' },
    });
    return { process, origin: clientUrl };
  });
  if (first === undefined) throw new Error('a cluster of etcd has one member at least');
  for (const { process, origin } of [first, ...others]) await untilAnswering(`${origin}/health`, process);
  return [first, ...others];
}

/** @typedef {import('./contender').FleetMember} FleetMember */

/** @param {FleetMember} member a lease's id must not be 0 */
function leaseOf({ number }) {
  return number + 1;
}

/** @param {FleetMember} member */
function keyOf({ service, id }) {
  return `/services/${service}/${id}`;
}

/**
 * What Rollcall tells of an instance, so that both answer a discovery with the same facts.
 *
 * @param {FleetMember} member
 */
function valueOf({ service, id, url, ttlSeconds }) {
  return {
    instance_id: id,
    service_name: service,
    url,
    status: 'up',
    version: null,
    zone: null,
    tags: [],
    weight: 100,
    metadata: {},
    routes: [],
    ttl_seconds: ttlSeconds,
    registered_at: 1_790_000_000,
  };
}

/**
 * The keys that begin with a prefix: up to the prefix with its last byte raised by one.
 *
 * @param {string} prefix
 */
function prefixRange(prefix) {
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return { key: base64(prefix), range_end: base64(end) };
}

/** @param {string} text */
function base64(text) {
  return Buffer.from(text).toString('base64');
}

module.exports = { etcd, startEtcd };
