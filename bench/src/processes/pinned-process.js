'use strict';

const { spawn } = require('node:child_process');
const { openSync, closeSync, readFileSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { errorCode } = require('../machine/error-code');
const { findProgram } = require('../machine/find-program');

/** How long a process may take to end by itself after SIGTERM. */
const STOP_MS = 5_000;

/**
 * @typedef {object} ProcessOptions
 * @property {string} name for messages
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string | undefined} core the core, or cores, that it is held to; undefined: wherever
 * @property {string} logFile what it writes
 * @property {NodeJS.ProcessEnv} [env] added to ours
 */
/**
 * @typedef {object} PinnedProcess
 * @property {string} name
 * @property {number} pid
 * @property {() => string | undefined} failure why it ended, with its last words; undefined while it runs
 * @property {() => Promise<void>} stop asks it to end, insists after a while; idempotent
 */

/**
 * Starts a program held to one core. `taskset` replaces itself by the program, so the pid is the program's own.
 *
 * @param {ProcessOptions} options
 * @returns {PinnedProcess}
 */
function startPinned({ name, command, args, core, logFile, env = {} }) {
  const log = openSync(logFile, 'a');
  const line = pinnedCommand(core, [command, ...args]);
  const child = spawn(line.command, line.args, {
    env: { ...process.env, ...env },
    // Out of the terminal's process group: a Ctrl-C reaches us alone, and we stop everything in order.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);

  /** @type {string | undefined} */
  let failure;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      failure = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      failure = `ended with ${signal ?? code}:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`;
      resolve();
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} cannot be started: is ${command} there?`);

  return {
    name,
    pid,
    failure: () => failure,
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([ended, delay(STOP_MS, undefined, { ref: false })]);
      killGroup(pid);
      await ended;
    },
  };
}

/**
 * @param {string | undefined} core
 * @param {readonly [string, ...string[]]} line
 * @returns {{ command: string, args: string[] }}
 */
function pinnedCommand(core, [command, ...args]) {
  const taskset = core === undefined ? undefined : findProgram('taskset');
  return taskset && core !== undefined
    ? { command: taskset, args: ['-c', core, command, ...args] }
    : { command, args };
}

/**
 * What it started itself and left behind goes with it. The group is the process's own, made by us.
 *
 * @param {number} pid
 */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

module.exports = { startPinned, pinnedCommand };
