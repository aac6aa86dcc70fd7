'use strict';

const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { markOutdated } = require('./outdated');
const { run } = require('./run');

/** Libraries that become other files than the compiler's, each with what the compiler leaves of it. */
const BUNDLED = /** @type {const} */ ([
  ['libs/telemetry', 'dist/opentelemetry.js'],
  ['libs/console', 'out-tsc/build/main.d.ts'],
]);

/**
 * Compiles projects and what they refer to until what lies there is what the sources say: what is saved while the
 * compiler runs is compiled too. What did not change is left alone. OpenTelemetry's packages become one file where they
 * are used, and the console becomes the files that a browser loads.
 *
 * @param {readonly string[]} configs paths of tsconfig files, from `root`
 * @param {object} options
 * @param {string} options.root of the workspace
 * @param {AbortSignal} [options.signal]
 * @param {readonly string[]} [options.flags] for `tsc -b`
 * @param {(line: string) => void} [options.onLine] gets what the compiler writes, which else goes where our output goes
 * @returns {Promise<void>} rejects when the sources do not compile
 */
async function compile(configs, { root, signal, flags = [], onLine }) {
  const files = configs.map((config) => resolve(root, config));
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...flags, ...files];
  do {
    markOutdated(files);
    await run(process.execPath, args, { cwd: root, signal, ...(onLine && { onLine }) });
  } while (markOutdated(files));
  for (const [library, compiled] of BUNDLED) {
    const bundle = join(root, library, 'bundle.mjs');
    if (existsSync(bundle) && existsSync(join(root, library, compiled)))
      await run(process.execPath, [bundle], { cwd: root, signal });
  }
}

module.exports = { compile };
