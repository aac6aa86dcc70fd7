'use strict';

const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending */
/**
 * @typedef {object} Child
 * @property {string} name
 * @property {Promise<Ending>} exited
 * @property {() => boolean} isRunning
 * @property {() => void} terminate asks it to stop
 * @property {() => void} kill ends it and whatever it started, at once
 */

/**
 * Runs Node in a process group of its own: a Ctrl-C in the terminal then reaches us only, who stop our children in
 * their order, and a kill takes along what a child itself started.
 *
 * @param {{ name: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @param {(line: string) => void} onLine
 * @returns {Child}
 */
function startChild({ name, args, cwd, env }, onLine) {
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    exited,
    isRunning: () => running,
    terminate: () => void child.kill('SIGTERM'),
    kill: killGroup,
  };
}

module.exports = { startChild };
