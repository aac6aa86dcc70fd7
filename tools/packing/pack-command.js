'use strict';

const { join } = require('node:path');
const { run } = require('../workspace/run');
const { assertNotSwapped, guardManifest, swapManifest } = require('./manifest-swap');
const { readPackage } = require('./workspace-package');

/**
 * Before `npm pack` reads the folder of the command: bundles it, with all that it needs inside, and puts the tarball's
 * package.json in place. What is installed of it needs nothing else from anywhere.
 *
 * @param {{ dir: string, root: string }} options `dir` of the package, `root` of the workspace
 */
async function prepackCommand({ dir, root }) {
  assertNotSwapped(dir);
  // Standard output is npm's: `npm pack --json` is read by programs.
  const onLine = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  await run(process.execPath, [join(dir, 'bundle.mjs')], { cwd: root, onLine });
  swapManifest(dir, commandManifest({ ...readPackage(dir).manifest }));
  guardManifest(dir);
}

/**
 * The package.json that goes into the tarball: of what the workspace needs to build the command nothing is left.
 *
 * @param {Readonly<Record<string, unknown>>} manifest
 */
function commandManifest({ version, description, keywords, license, engines }) {
  return {
    name: 'rollcall',
    version,
    description,
    keywords,
    license,
    engines,
    bin: { rollcall: './lib/rollcall.js' },
    files: ['lib', 'proto'],
  };
}

module.exports = { commandManifest, prepackCommand };
