'use strict';

const { execFile } = require('node:child_process');
const { createInterface } = require('node:readline');

/**
 * Calls back at each line that is entered, until it is told to stop. Does not hold the process.
 *
 * A terminal stops (SIGTTIN) a process that reads from it in the background (`npm start &`), so there it is left alone.
 *
 * @param {NodeJS.ReadStream} input
 * @param {() => void} onEnter
 * @returns {() => void} stops listening
 */
function listenForEnter(input, onEnter) {
  /** @type {import('node:readline').Interface | undefined} */
  let lines;
  let stopped = false;

  function begin() {
    if (stopped || lines) return;
    lines = createInterface({ input, terminal: false }).on('line', onEnter);
    input.unref?.();
  }
  function end() {
    lines?.close();
    lines = undefined;
  }
  /** Also after Ctrl-Z: `bg` continues it in the background, `fg` in the foreground. */
  function follow() {
    if (!input.isTTY) return begin();
    isInForeground((inForeground) => (inForeground ? begin() : end()));
  }

  process.on('SIGCONT', follow);
  follow();
  return () => {
    stopped = true;
    process.off('SIGCONT', follow);
    end();
  };
}

/** @param {(inForeground: boolean) => void} answer */
function isInForeground(answer) {
  execFile('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], (error, stdout) => {
    const [group, foreground] = stdout.trim().split(/\s+/);
    answer(!error && group === foreground);
  });
}

module.exports = { listenForEnter };
