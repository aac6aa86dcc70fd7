'use strict';

const { callJson } = require('../load/call-json');
const { startRegistry } = require('../registry/contenders/rollcall');
const { PREFIX } = require('./cases');

/** Longer than any run: the instances stay listed although nobody beats for them. */
const TTL_SECONDS = 86_400;

/**
 * A registry that lists the upstream, for our gateway to route by: it is measured with the catalog it would have.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {{ upstream: import('./upstream').Upstream, services: number, settings?: Readonly<Record<string, string>> }} options `services` in all; one is called; `settings` of the registry
 * @returns {Promise<string>} the registry's URL
 */
async function startCatalog(workbench, { upstream, services, settings = {} }) {
  const { origin } = await startRegistry(workbench, 'upstream', { env: settings });
  for (let index = 0; index < services; index++) {
    const ending = index === 0 ? '' : `-${index}`;
    await callJson(`${origin}/register`, {
      service_name: `bench${ending}`,
      url: upstream.origin,
      routes: [{ path_prefix: PREFIX + ending }],
      ttl_seconds: TTL_SECONDS,
    });
  }
  return origin;
}

module.exports = { startCatalog };
