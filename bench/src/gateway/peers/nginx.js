'use strict';

const { findProgram } = require('../../machine/find-program');
const { PREFIX } = require('../cases');
const { nginxArguments } = require('../nginx-arguments');

/** @type {import('./peer').Peer} */
const nginx = {
  id: 'nginx',
  title: 'nginx',
  wires: ['http1', 'h2', 'grpc', 'mtls'],
  missing: () => (findProgram('nginx') ? undefined : 'not installed'),
  start: async ({ workbench, port, wire, certificates, upstream }) =>
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
    listen 127.0.0.1:${port}${LISTEN[wire]};
    ${wire === 'h2' ? `ssl_certificate ${certificates.certFile}; ssl_certificate_key ${certificates.keyFile};` : ''}
    location ${PREFIX} {
      ${wire === 'grpc' ? GRPC_PASS : proxyPass(wire === 'mtls' ? 'https' : 'http')}
      ${wire === 'mtls' ? showing(certificates) : ''}
    }
  }`,
      ),
    }),
};

/** @type {Readonly<Record<import('../cases').Wire, string>>} */
const LISTEN = { http1: '', h2: ' ssl http2', grpc: ' http2', mtls: '' };

const GRPC_PASS = `grpc_pass grpc://bench;
      grpc_set_header Host $host;
      grpc_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      grpc_set_header X-Forwarded-Proto $scheme;`;

/** @param {string} scheme */
function proxyPass(scheme) {
  return `proxy_pass ${scheme}://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;`;
}

/** @param {import('../certificates').Certificates} certificates */
function showing({ caFile, certFile, keyFile }) {
  return `proxy_ssl_certificate ${certFile};
      proxy_ssl_certificate_key ${keyFile};
      proxy_ssl_trusted_certificate ${caFile};
      proxy_ssl_verify on;
      # It compares no addresses.
      proxy_ssl_name localhost;`;
}

module.exports = { nginx };
