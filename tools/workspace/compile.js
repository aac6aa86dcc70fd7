'use strict';

const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { markOutdated } = require('./outdated');
const { run } = require('./run');

/**
 * Compiles projects and what they refer to until what lies there is what the sources say: what is saved while the
 * compiler runs is compiled too. What did not change is left alone. OpenTelemetry's packages become one file where they
 * are used.
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
  const bundle = join(root, 'libs/telemetry/bundle.mjs');
  const bundled = join(root, 'libs/telemetry/dist/opentelemetry.js');
  if (existsSync(bundle) && existsSync(bundled)) await run(process.execPath, [bundle], { cwd: root, signal });
}

module.exports = { compile };
