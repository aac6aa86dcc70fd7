'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { findProgram } = require('../../machine/find-program');
const { PREFIX } = require('../cases');

/** @type {import('./peer').Peer} */
const caddy = {
  id: 'caddy',
  title: 'Caddy',
  missing: () => (findProgram('caddy') ? undefined : 'not installed'),
  start: async ({ workbench, port, upstream }) => {
    const home = join(workbench.folder, 'caddy');
    mkdirSync(home, { recursive: true });
    const file = join(home, 'Caddyfile');
    writeFileSync(file, configuration(port, upstream.port));
    return workbench.start('subject', {
      name: 'caddy',
      command: findProgram('caddy') ?? 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', file],
      // One thread of Go's scheduler for one core; more would fight over it.
      env: { GOMAXPROCS: '1', HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    });
  },
};

/**
 * @param {number} port
 * @param {number} upstreamPort
 */
function configuration(port, upstreamPort) {
  return `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  handle ${PREFIX}/* {
    reverse_proxy 127.0.0.1:${upstreamPort} {
      transport http {
        keepalive_idle_conns_per_host 256
      }
    }
  }
}
`;
}

module.exports = { caddy };
