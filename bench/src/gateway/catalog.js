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
      ...(upstream.protocol && { protocol: upstream.protocol }),
      routes: [{ path_prefix: PREFIX + ending }],
      ttl_seconds: TTL_SECONDS,
    });
  }
  return origin;
}

/**
 * Registries that are started when they are first needed, and serve all that need the like.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 */
function createCatalogs(workbench) {
  /** @type {Map<string, Promise<string>>} */
  const started = new Map();
  return {
    /** @param {Parameters<typeof startCatalog>[1]} options */
    urlOf(options) {
      const { upstream, services, settings } = options;
      const key = JSON.stringify([upstream.origin, services, settings]);
      const url = started.get(key) ?? startCatalog(workbench, options);
      started.set(key, url);
      return url;
    },
  };
}

module.exports = { createCatalogs };
