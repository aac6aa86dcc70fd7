'use strict';

/** What a terminal or a supervisor sends to end us: Ctrl-C, kill, and the terminal's own end. */
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * The wish of whoever started us that we end: the first signal aborts `signal`, the second calls `onImpatience`.
 *
 * @param {{ onImpatience: () => void }} options
 * @returns {{ signal: AbortSignal, happened: Promise<void> }}
 */
function listenForInterruption({ onImpatience }) {
  const controller = new AbortController();
  /** @type {Promise<void>} */
  const happened = new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve()));
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) onImpatience();
      else controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return { signal: controller.signal, happened };
}

module.exports = { listenForInterruption };
