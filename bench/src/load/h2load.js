'use strict';

const { execFile } = require('node:child_process');
const { readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { findProgram } = require('../machine/find-program');
const { pinnedCommand } = require('../processes/pinned-process');
const { parseH2loadReport } = require('./h2load-report');

/** @typedef {import('./wrk-report').LoadReport} LoadReport */
/** @typedef {import('./wrk').LoadRequest} LoadRequest */
/** @typedef {import('../processes/workbench').Workbench} Workbench */

/** On top of the wanted duration: after that h2load is stuck, and is killed. */
const GRACE_MS = 15_000;

/**
 * Drives a server by HTTP/2 from the load's core, with one h2load thread, for a bounded time: over TLS by ALPN, or else
 * by prior knowledge.
 *
 * @param {Pick<Workbench, 'cores' | 'folder' | 'signal'>} workbench
 * @param {{ origin: string, request: LoadRequest, bytes: number, connections: number, streams: number, seconds: number }} load `bytes`
 *   of each answer's body, `streams` of each connection
 * @returns {Promise<LoadReport>}
 */
async function runH2load(
  { cores, folder, signal },
  { origin, request, bytes, connections, streams, seconds },
) {
  const h2load = findProgram('h2load');
  if (!h2load) throw new Error('h2load is not installed');
  const { path, authorization, headers = {}, body } = request;
  const [log, data] = [join(folder, 'h2load.log'), join(folder, 'h2load-body')];
  rmSync(log, { force: true });
  if (body !== undefined) writeFileSync(data, body, 'latin1');
  const fields = { ...headers, ...(authorization === undefined ? {} : { authorization }) };
  const line = pinnedCommand(cores?.load, [
    h2load,
    '--threads=1',
    `--clients=${connections}`,
    `--max-concurrent-streams=${streams}`,
    `--duration=${seconds}`,
    '--connection-inactivity-timeout=10',
    // The peers choose different ones, and this is the one that all of them have.
    '--tls13-ciphers=TLS_AES_128_GCM_SHA256',
    `--log-file=${log}`,
    ...Object.entries(fields).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['--data', data]),
    origin + path,
  ]);
  const { stdout } = await promisify(execFile)(line.command, line.args, {
    signal,
    timeout: seconds * 1_000 + GRACE_MS,
    killSignal: 'SIGKILL',
  });
  return parseH2loadReport(stdout, readFileSync(log, 'latin1'), bytes);
}

module.exports = { runH2load };
