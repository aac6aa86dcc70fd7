'use strict';

const { dirname, join } = require('node:path');
const { compile } = require('../workspace/compile');
const { writeBundleEntries } = require('./bundle-entry');
const { assertNotSwapped, guardManifest, restoreManifest, swapManifest } = require('./manifest-swap');
const { publishedManifest } = require('./published-manifest');
const { stage } = require('./stage');
const { innerPackages, readPackage } = require('./workspace-package');

const FOLDERS = { compiled: 'dist', published: 'lib' };

/**
 * Before `npm pack` reads the package's folder: compiles, stages what goes into the tarball, and puts the tarball's
 * package.json in place. npm takes both from the folder itself and from nowhere else, so there is no other way to
 * have a plain `npm pack` answer with a package that can be installed.
 *
 * @param {{ dir: string, root: string }} options `dir` of the package, `root` of the workspace
 */
async function prepack({ dir, root }) {
  assertNotSwapped(dir);
  await compile([join(dir, 'tsconfig.build.json')], {
    root,
    // Standard output is npm's: `npm pack --json` is read by programs.
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
  const consumer = readPackage(dir);
  const embedded = innerPackages(consumer, dirname(dir));
  const manifest = publishedManifest(
    { ...consumer.manifest },
    embedded.map((inner) => inner.manifest),
    FOLDERS,
  );
  const installed = new Set(Object.keys(manifest.dependencies ?? {}));
  const outDir = join(dir, FOLDERS.published);
  stage({ consumer, embedded, installed, outDir });
  writeBundleEntries(outDir, compiledEntries(manifest));
  swapManifest(dir, manifest);
  guardManifest(dir);
}

/**
 * @param {Readonly<Record<string, unknown>>} manifest of the tarball
 * @returns {string[]} paths within the published folder
 */
function compiledEntries(manifest) {
  return Object.values(Object(manifest['exports'])).flatMap((entry) =>
    typeof entry?.default === 'string' ? [entry.default.replace(`./${FOLDERS.published}/`, '')] : [],
  );
}

/**
 * After `npm pack`. What was staged stays: a process that was started meanwhile may load the rest of it yet.
 *
 * @param {{ dir: string }} options
 */
function postpack({ dir }) {
  restoreManifest(dir);
}

/**
 * npm reads package.json once more after packing, when it is the workspace's own again, and would announce
 * dependencies that nobody outside can install.
 *
 * @throws always, saying what to do instead
 */
function prepublishOnly() {
  throw new Error(
    'Publish the tarball, not the folder: npm pack, then npm publish ./<the .tgz that it names>',
  );
}

module.exports = { postpack, prepack, prepublishOnly };
