'use strict';

const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const END_WITH_LAUNCHER = require.resolve('./end-with-launcher');

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending */
/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number | undefined} pid absent when it could not be started
 * @property {Promise<Ending>} exited
 * @property {() => boolean} isRunning
 * @property {() => void} terminate asks it to stop
 * @property {() => void} kill ends it and whatever it started, at once
 */

/**
 * Runs Node in a process group of its own: a Ctrl-C in the terminal then reaches us only, who stop our children in
 * their order, and a kill takes along what a child itself started. It ends with us, however we end.
 *
 * @param {{ name: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @param {(line: string) => void} onLine
 * @returns {Child}
 */
function startChild({ name, args, cwd, env }, onLine) {
  const child = spawn(process.execPath, ['-r', END_WITH_LAUNCHER, ...args], {
    cwd,
    env,
    detached: true,
    stdio: 'pipe',
  });
  // Broken when the child ends; nothing is written to it.
  child.stdin.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);

  let running = true;
  // What it started itself and left behind goes with it.
  child.once('exit', killGroup);
  const exited = /** @type {Promise<Ending>} */ (
    new Promise((resolve) => {
      child.once('error', (error) => {
        onLine(error.message);
        resolve({ code: 1, signal: null });
      });
      // `close` comes after the last line of output; `exit` may come before it.
      child.once('close', (code, signal) => resolve({ code, signal }));
    })
  ).then((ending) => {
    running = false;
    return ending;
  });

  function killGroup() {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }

  return {
    name,
    pid: child.pid,
    exited,
    isRunning: () => running,
    terminate: () => void child.kill('SIGTERM'),
    kill: killGroup,
  };
}

module.exports = { startChild };
