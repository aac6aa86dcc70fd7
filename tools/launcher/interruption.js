'use strict';

const { execFile } = require('node:child_process');

/** What a terminal or a supervisor sends to end us: Ctrl-C, kill, and the terminal's own end. */
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** One Ctrl-C reaches us twice under npm: from the terminal, and handed on by npm, which got it too. */
const SAME_WISH_MS = 1000;

const PARENT_CHECK_MS = 500;

/**
 * The wish of whoever started us that we end: the first signal aborts `signal`, the second calls `onImpatience`.
 *
 * Under npm its end counts too. npm runs a script in a shell, and a signal that ends one of the two leaves us running:
 * with all the apps, and without a terminal that could stop them.
 *
 * @param {{ onImpatience: () => void }} options
 * @returns {{ signal: AbortSignal, happened: Promise<void> }}
 */
function listenForInterruption({ onImpatience }) {
  const controller = new AbortController();
  /** @type {Promise<void>} */
  const happened = new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve()));
  let firstAt = 0;

  /** @param {string} what */
  function interrupt(what) {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort(new Error(`interrupted by ${what}`));
    } else if (performance.now() - firstAt > SAME_WISH_MS) onImpatience();
  }

  for (const name of SIGNALS) process.on(name, () => interrupt(name));
  if (process.env['npm_lifecycle_event'] !== undefined) whenNpmEnds(() => interrupt('the end of npm'));
  return { signal: controller.signal, happened };
}

/** @param {() => void} onEnd */
function whenNpmEnds(onEnd) {
  const shell = process.ppid;
  /** @type {number | undefined} */
  let npm;
  execFile('ps', ['-o', 'ppid=,comm=', '-p', String(shell)], (error, stdout) => {
    const [parent, command = ''] = stdout.trim().split(/\s+/);
    // Some shells put the command in their own place: then npm is our parent, and its parent none of our business.
    if (!error && /sh$/.test(command)) npm = Number(parent);
  });
  const check = setInterval(() => {
    // An orphan is handed to another parent.
    if (process.ppid === shell && (npm === undefined || isAlive(npm))) return;
    clearInterval(check);
    onEnd();
  }, PARENT_CHECK_MS);
  check.unref();
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

module.exports = { listenForInterruption };
