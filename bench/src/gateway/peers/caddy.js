'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { findProgram } = require('../../machine/find-program');
const { PREFIX } = require('../cases');

/** @type {import('./peer').Peer} */
const caddy = {
  id: 'caddy',
  title: 'Caddy',
  wires: ['http1', 'h2', 'grpc', 'mtls'],
  missing: () => (findProgram('caddy') ? undefined : 'not installed'),
  start: async (site) => {
    const { workbench } = site;
    const home = join(workbench.folder, 'caddy');
    mkdirSync(home, { recursive: true });
    const file = join(home, 'Caddyfile');
    writeFileSync(file, configuration(site));
    return workbench.start('subject', {
      name: 'caddy',
      command: findProgram('caddy') ?? 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', file],
      // One thread of Go's scheduler for one core; more would fight over it.
      env: { GOMAXPROCS: '1', HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    });
  },
};

/** @param {import('./peer').PeerSite} site */
function configuration({ port, wire, certificates, upstream }) {
  const { caFile, certFile, keyFile } = certificates;
  const scheme = wire === 'h2' ? 'https' : 'http';
  /** @type {Readonly<Record<import('../cases').Wire, string>>} */
  const transport = {
    http1: KEPT,
    h2: KEPT,
    grpc: 'versions h2c 2',
    mtls: `${KEPT}
        tls_client_auth ${certFile} ${keyFile}
        tls_trusted_ca_certs ${caFile}`,
  };
  return `{
  admin off
  auto_https off
  servers {
    protocols h1 h2 h2c
  }
}
${scheme}://:${port} {
  bind 127.0.0.1
  ${wire === 'h2' ? `tls ${certFile} ${keyFile}` : ''}
  handle ${PREFIX}/* {
    reverse_proxy ${wire === 'mtls' ? 'https://' : ''}127.0.0.1:${upstream.port} {
      transport http {
        ${transport[wire]}
      }
    }
  }
}
`;
}

const KEPT = 'keepalive_idle_conns_per_host 256';

module.exports = { caddy };
