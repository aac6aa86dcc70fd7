'use strict';

const { existsSync } = require('node:fs');
const { basename, join, resolve } = require('node:path');
const { freePort } = require('../../processes/free-port');

const ROOT = join(__dirname, '../../../..');

/**
 * @param {string} root of a checkout that is built
 * @param {{ id: string, title: string }} names
 * @param {Readonly<Record<string, string>>} more settings
 * @returns {import('./peer').Peer} its gateway
 */
function gatewayOf(root, { id, title }, more = {}) {
  const main = join(root, 'apps/gateway/dist/main.js');
  return {
    id,
    title,
    missing: () => (existsSync(main) ? undefined : `not built: npm run build in ${root}`),
    start: async ({ workbench, port, registryUrl, settings = {}, nodeArgs = [] }) =>
      workbench.start('subject', {
        name: id,
        command: workbench.node.path,
        args: [...nodeArgs, main],
        env: {
          NODE_ENV: 'production',
          HOST: '127.0.0.1',
          PORT: String(port),
          ADMIN_PORT: String(await freePort()),
          REGISTRY_URL: registryUrl,
          // In production loopback is refused, and here everything is on it.
          ALLOWED_CIDRS: '127.0.0.0/8',
          DATA_DIR: 'off',
          // Everything is on but the access log, which the peers do not write either.
          ACCESS_LOG_RATIO: '0',
          LOG_LEVEL: 'warn',
          ...more,
          ...settings,
        },
      }),
  };
}

const rollcall = gatewayOf(ROOT, { id: 'rollcall', title: 'Rollcall gateway' });

/** @param {string} root of another checkout, to compare a change with what was before it */
const rollcallIn = (root) =>
  gatewayOf(resolve(root), { id: 'rollcall-in', title: `Rollcall in ${basename(resolve(root))}` });

/** @param {string} endpoint of a collector that takes spans: what it costs to record one request in a hundred, and each */
const rollcallTracing = (endpoint) =>
  ['0.01', '1'].map((ratio) =>
    gatewayOf(
      ROOT,
      { id: `rollcall-traces-${ratio}`, title: `Rollcall, ${ratio} of the requests traced` },
      { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio },
    ),
  );

/** @type {import('./peer').Peer} what is not counted because no registry wants to know */
const rollcallUnreported = {
  ...gatewayOf(ROOT, { id: 'rollcall-unreported', title: 'Rollcall, no load reports' }),
  registrySettings: { TRAFFIC_REPORTS: 'off' },
};

module.exports = { rollcall, rollcallIn, rollcallTracing, rollcallUnreported };
