'use strict';

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { findProgram } = require('../../machine/find-program');
const { PREFIX } = require('../cases');

/** @type {import('./peer').Peer} */
const haproxy = {
  id: 'haproxy',
  title: 'HAProxy',
  wires: ['http1'],
  missing: () => (findProgram('haproxy') ? undefined : 'not installed'),
  start: async ({ workbench, port, upstream }) => {
    const file = join(workbench.folder, 'haproxy.cfg');
    writeFileSync(file, configuration(port, upstream.port));
    return workbench.start('subject', {
      name: 'haproxy',
      command: findProgram('haproxy') ?? 'haproxy',
      args: ['-db', '-f', file],
    });
  },
};

/**
 * @param {number} port
 * @param {number} upstreamPort
 */
function configuration(port, upstreamPort) {
  return `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 1s
  timeout client 75s
  timeout server 60s
  timeout http-keep-alive 75s
frontend bench
  bind 127.0.0.1:${port}
  use_backend service if { path_beg ${PREFIX} }
backend service
  http-request set-header X-Forwarded-Proto http
  server one 127.0.0.1:${upstreamPort} pool-max-conn 256
`;
}

module.exports = { haproxy };
