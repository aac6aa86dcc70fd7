'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { askHttp2 } = require('../load/ask-http2');
const { findProgram } = require('../machine/find-program');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { FILES, PREFIX, SMALL_BODY } = require('./cases');
const { nginxArguments } = require('./nginx-arguments');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/**
 * @typedef {object} Upstream
 * @property {number} port
 * @property {string} origin
 * @property {string} kind
 * @property {'h2c'} [protocol] where it speaks no HTTP/1.1
 */

/**
 * What every peer stands in front of: nginx, which costs the load's core least. Where it is not installed, a plain
 * Node server, and then the peers wait for their upstream: CPU a request still compares, requests/s do not.
 *
 * @param {Workbench} workbench
 * @returns {Promise<Upstream>}
 */
async function startUpstream(workbench) {
  const port = await freePort();
  const files = join(workbench.folder, 'files');
  mkdirSync(files);
  for (const { id, bytes } of FILES) writeFileSync(join(files, id), 'x'.repeat(bytes));

  const nginx = findProgram('nginx');
  const server = nginx
    ? startNginx(
        workbench,
        'upstream',
        `listen 127.0.0.1:${port};
    location ${PREFIX}/files/ { alias ${files}/; }`,
      )
    : startNode(workbench, 'node-upstream.js', [String(port), files]);
  await untilAnswering(`http://127.0.0.1:${port}${PREFIX}/small`, server);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    kind: nginx ? 'nginx' : 'Node, because nginx is not installed: requests/s are bound by it',
  };
}

/**
 * An instance that speaks TLS with those alone who show a certificate.
 *
 * @param {Workbench} workbench
 * @param {import('./certificates').Certificates} certificates
 * @returns {Promise<Upstream>}
 */
async function startMtlsUpstream(workbench, { caFile, certFile, keyFile }) {
  const port = await freePort();
  startNginx(
    workbench,
    'mtls-upstream',
    `listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    ssl_client_certificate ${caFile};
    ssl_verify_client on;`,
  );
  return { port, origin: `https://127.0.0.1:${port}`, kind: 'nginx' };
}

/**
 * An instance of gRPC, of Node: nginx ends a stream before it has read its request.
 *
 * @param {Workbench} workbench
 * @returns {Promise<Upstream>}
 */
async function startGrpcUpstream(workbench) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = startNode(workbench, 'grpc-upstream.js', [String(port)]);
  await untilAnswering(origin, server, {
    ask: () => askHttp2(origin, { method: 'POST', path: `${PREFIX}/Unary` }),
  });
  return { port, origin, kind: 'Node', protocol: 'h2c' };
}

/**
 * Instances that are started when they are first needed.
 *
 * @param {Workbench} workbench
 * @param {import('./certificates').Certificates} certificates
 */
function createUpstreams(workbench, certificates) {
  /** @type {Map<unknown, Promise<Upstream>>} */
  const started = new Map();
  /** @param {(workbench: Workbench, certificates: import('./certificates').Certificates) => Promise<Upstream>} start */
  const once = (start) => {
    const upstream = started.get(start) ?? start(workbench, certificates);
    started.set(start, upstream);
    return upstream;
  };
  return {
    /** @param {import('./cases').Wire} wire */
    of(wire) {
      if (wire === 'grpc') return once(startGrpcUpstream);
      return once(wire === 'mtls' ? startMtlsUpstream : startUpstream);
    },
  };
}

/**
 * @param {Workbench} workbench
 * @param {string} name
 * @param {string} server what goes into its server block
 */
function startNginx(workbench, name, server) {
  return workbench.start('upstream', {
    name,
    command: findProgram('nginx') ?? 'nginx',
    args: nginxArguments(
      workbench.folder,
      name,
      `
  server {
    ${server}
    default_type application/json;
    location / { return 200 '${SMALL_BODY}'; }
  }`,
    ),
  });
}

/**
 * @param {Workbench} workbench
 * @param {string} script
 * @param {readonly string[]} args
 */
function startNode(workbench, script, args) {
  return workbench.start('upstream', {
    name: script,
    command: workbench.node.path,
    args: [join(__dirname, script), ...args],
  });
}

module.exports = { startUpstream, createUpstreams };
