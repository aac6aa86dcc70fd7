'use strict';

const { existsSync } = require('node:fs');
const { basename, join, resolve } = require('node:path');
const { freePort } = require('../../processes/free-port');

/**
 * @param {string} root of a checkout that is built
 * @param {{ id: string, title: string }} names
 * @returns {import('./peer').Peer} its gateway
 */
function gatewayOf(root, { id, title }) {
  const main = join(root, 'apps/gateway/dist/main.js');
  return {
    id,
    title,
    missing: () => (existsSync(main) ? undefined : `not built: npm run build in ${root}`),
    start: async ({ workbench, port, registryUrl, nodeArgs = [] }) =>
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
        },
      }),
  };
}

const rollcall = gatewayOf(join(__dirname, '../../../..'), { id: 'rollcall', title: 'Rollcall gateway' });

/** @param {string} root of another checkout, to compare a change with what was before it */
const rollcallIn = (root) =>
  gatewayOf(resolve(root), { id: 'rollcall-in', title: `Rollcall in ${basename(resolve(root))}` });

module.exports = { rollcall, rollcallIn };
