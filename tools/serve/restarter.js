'use strict';

/** @typedef {Pick<import('../launcher/child').Child, 'exited' | 'terminate' | 'kill'>} Restartable */

/**
 * Keeps one process running: each `restart` ends the present one and starts a new one in its place, never two at
 * once, since they want the same port. Restarts asked for during a restart become one.
 *
 * @param {() => Restartable} startProcess
 */
function createRestarter(startProcess) {
  /** @type {Restartable | undefined} */
  let current;
  /** @type {Promise<void> | undefined} */
  let underWay;
  let again = false;
  let stopped = false;

  async function replace() {
    do {
      again = false;
      await end();
      if (!stopped) current = startProcess();
    } while (again && !stopped);
    underWay = undefined;
  }

  async function end() {
    current?.terminate();
    await current?.exited;
    current = undefined;
  }

  return {
    /** @returns {Promise<void>} resolves when the new process has been started */
    restart() {
      again = underWay !== undefined;
      return (underWay ??= replace());
    },
    /** @returns {Promise<void>} resolves when no process is left */
    async stop() {
      stopped = true;
      await underWay;
      await end();
    },
    /** Ends the process at once. */
    kill() {
      current?.kill();
    },
  };
}

module.exports = { createRestarter };
