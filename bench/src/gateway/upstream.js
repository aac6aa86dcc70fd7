'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { findProgram } = require('../machine/find-program');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { FILES, PREFIX, SMALL_BODY } = require('./cases');
const { nginxArguments } = require('./nginx-arguments');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {{ port: number, origin: string, kind: string }} Upstream */

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
    ? workbench.start('upstream', {
        name: 'upstream',
        command: nginx,
        args: nginxArguments(workbench.folder, 'upstream', upstreamConfiguration(port, files)),
      })
    : workbench.start('upstream', {
        name: 'upstream',
        command: workbench.node.path,
        args: [join(__dirname, 'node-upstream.js'), String(port), files],
      });
  await untilAnswering(`http://127.0.0.1:${port}${PREFIX}/small`, server);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    kind: nginx ? 'nginx' : 'Node, because nginx is not installed: requests/s are bound by it',
  };
}

/**
 * @param {number} port
 * @param {string} files
 */
function upstreamConfiguration(port, files) {
  return `
  server {
    listen 127.0.0.1:${port};
    default_type application/json;
    location / { return 200 '${SMALL_BODY}'; }
    location ${PREFIX}/files/ { alias ${files}/; }
  }`;
}

module.exports = { startUpstream };
