'use strict';

const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { parseCpuList, planCores } = require('../machine/core-plan');
const { findProgram } = require('../machine/find-program');
const { startPinned } = require('./pinned-process');

/** @typedef {import('../machine/core-plan').CorePlan} CorePlan */
/** @typedef {import('./pinned-process').PinnedProcess} PinnedProcess */
/** @typedef {keyof Omit<CorePlan, 'shared'>} Role */
/**
 * @typedef {object} Workbench
 * @property {string} folder for files of this run; gone afterwards
 * @property {CorePlan | undefined} cores undefined when nothing is held to a core
 * @property {{ path: string, version: string }} node runs what is written for Node
 * @property {AbortSignal} signal aborted by Ctrl-C
 * @property {(role: Role, process: { name: string, command: string, args: readonly string[], env?: NodeJS.ProcessEnv }) => PinnedProcess} start
 */

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a benchmark with a folder and processes of its own. Whichever way it ends (done, failed, interrupted), every
 * process that was started is stopped by its pid and the folder removed.
 *
 * @param {{ path: string, version: string }} node
 * @param {(workbench: Workbench) => Promise<void>} work
 * @returns {Promise<number>} the exit code
 */
async function withWorkbench(node, work) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const cores = findProgram('taskset') && planCores(allowedCores());
  const interruption = new AbortController();
  /** @type {PinnedProcess[]} */
  const started = [];

  const interrupt = () => interruption.abort();
  for (const name of SIGNALS) process.on(name, interrupt);

  try {
    await Promise.race([
      work({
        folder,
        cores: cores || undefined,
        node,
        signal: interruption.signal,
        start: (role, { name, command, args, env = {} }) => {
          interruption.signal.throwIfAborted();
          const logFile = join(folder, `${name}-${started.length}.log`);
          const child = startPinned({
            name,
            command,
            args,
            env,
            logFile,
            core: cores ? cores[role] : undefined,
          });
          started.push(child);
          return child;
        },
      }),
      rejectOnAbort(interruption.signal),
    ]);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    throw error;
  } finally {
    await Promise.all(started.map((child) => child.stop()));
    rmSync(folder, { recursive: true, force: true });
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

function allowedCores() {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return list ? parseCpuList(list) : [];
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function rejectOnAbort(signal) {
  return new Promise((_, reject) => {
    const interrupted = () => reject(new Error('interrupted'));
    if (signal.aborted) interrupted();
    else signal.addEventListener('abort', interrupted, { once: true });
  });
}

module.exports = { withWorkbench };
