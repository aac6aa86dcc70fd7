'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { freePort } = require('../../processes/free-port');

const MAIN = join(__dirname, '../../../../apps/gateway/dist/main.js');

/** @type {import('./peer').Peer} */
const rollcall = {
  id: 'rollcall',
  title: 'Rollcall gateway',
  missing: () => (existsSync(MAIN) ? undefined : 'not built: npm run build'),
  start: async ({ workbench, port, registryUrl, nodeArgs = [] }) =>
    workbench.start('subject', {
      name: 'rollcall',
      command: workbench.node.path,
      args: [...nodeArgs, MAIN],
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

module.exports = { rollcall };
