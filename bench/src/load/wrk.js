'use strict';

const { execFile } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { findProgram } = require('../machine/find-program');
const { pinnedCommand } = require('../processes/pinned-process');
const { parseWrkReport } = require('./wrk-report');

/** @typedef {import('./wrk-report').LoadReport} LoadReport */
/** @typedef {import('../processes/workbench').Workbench} Workbench */
/**
 * @typedef {object} LoadRequest
 * @property {'GET' | 'POST'} method
 * @property {string} path
 * @property {string} [authorization]
 * @property {Readonly<Record<string, string>>} [headers] in lower case, by h2load only
 * @property {string} [body] of characters up to 0xff, a byte each
 */

const SCRIPT = join(__dirname, '../../lua/requests.lua');

/** On top of the wanted duration: after that wrk is stuck, and is killed. */
const GRACE_MS = 15_000;

/**
 * Drives a server from the load's core, with one wrk thread, for a bounded time.
 *
 * @param {Pick<Workbench, 'cores' | 'folder' | 'signal'>} workbench
 * @param {{ origin: string, requests: readonly LoadRequest[], connections: number, seconds: number }} load
 * @returns {Promise<LoadReport>}
 */
async function runWrk({ cores, folder, signal }, { origin, requests, connections, seconds }) {
  const list = join(folder, 'requests.txt');
  writeFileSync(
    list,
    requests
      .map(
        ({ method, path, authorization = '', body = '' }) =>
          `${method}\t${path}\t${authorization}\t${body}\n`,
      )
      .join(''),
  );

  const wrk = findProgram('wrk');
  if (!wrk) throw new Error('wrk is not installed');
  const line = pinnedCommand(cores?.load, [
    wrk,
    ...[
      '--threads',
      '1',
      '--connections',
      String(connections),
      '--duration',
      `${seconds}s`,
      '--timeout',
      '10s',
    ],
    ...['--script', SCRIPT, origin, '--', list],
  ]);
  const { stdout } = await promisify(execFile)(line.command, line.args, {
    signal,
    timeout: seconds * 1_000 + GRACE_MS,
    killSignal: 'SIGKILL',
  });
  return parseWrkReport(stdout);
}

module.exports = { runWrk };
