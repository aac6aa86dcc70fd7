'use strict';

const { findProgram } = require('../../machine/find-program');
const { PREFIX } = require('../cases');
const { nginxArguments } = require('../nginx-arguments');

/** @type {import('./peer').Peer} */
const nginx = {
  id: 'nginx',
  title: 'nginx',
  missing: () => (findProgram('nginx') ? undefined : 'not installed'),
  start: async ({ workbench, port, upstream }) =>
    workbench.start('subject', {
      name: 'nginx',
      command: findProgram('nginx') ?? 'nginx',
      args: nginxArguments(
        workbench.folder,
        'nginx',
        `
  upstream bench {
    server 127.0.0.1:${upstream.port};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location ${PREFIX} {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }`,
      ),
    }),
};

module.exports = { nginx };
