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
    wires: wiresOf(root),
    missing: () => (existsSync(main) ? undefined : `not built: npm run build in ${root}`),
    start: async ({ workbench, port, wire, certificates, registryUrl, settings = {}, nodeArgs = [] }) =>
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
          ...settingsFor(wire, certificates),
          ...more,
          ...settings,
        },
      }),
  };
}

/** @type {readonly import('../cases').Wire[]} */
const EVERY_WIRE = ['http1', 'h2', 'grpc', 'mtls'];

/**
 * @param {string} root of a checkout, which may be of before there was HTTP/2
 * @returns {readonly import('../cases').Wire[]}
 */
function wiresOf(root) {
  return existsSync(join(root, 'apps/gateway/dist/adapters/http2-server')) ? EVERY_WIRE : ['http1'];
}

/**
 * @param {import('../cases').Wire} wire
 * @param {import('../certificates').Certificates} certificates
 * @returns {Readonly<Record<string, string>>}
 */
function settingsFor(wire, { caFile, certFile, keyFile }) {
  switch (wire) {
    case 'http1':
      return {};
    case 'h2':
      return { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };
    case 'grpc':
      return { HTTP2: 'on' };
    case 'mtls':
      return { UPSTREAM_CA_FILE: caFile, UPSTREAM_CERT_FILE: certFile, UPSTREAM_KEY_FILE: keyFile };
  }
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
