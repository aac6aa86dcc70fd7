'use strict';

const { spawn } = require('node:child_process');
const { constants, copyFileSync, existsSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');

/** Where the workspace's own package.json waits while another one is in its place; left out of git. */
const KEPT = 'package.workspace.json';
/** npm reads a folder in well under a second; on a machine that is very busy, in several. */
const LONGEST_SWAP_MS = 30_000;

/**
 * Puts another package.json in place. At no moment is there none, or half of one: whoever runs from this workspace
 * meanwhile reads either, and both name entries that are there.
 *
 * @param {string} dir
 * @param {object} manifest
 */
function swapManifest(dir, manifest) {
  assertNotSwapped(dir);
  copyFileSync(join(dir, 'package.json'), join(dir, KEPT), constants.COPYFILE_EXCL);
  const incoming = join(dir, `${KEPT}.incoming`);
  writeFileSync(incoming, `${JSON.stringify(manifest, undefined, 2)}\n`);
  renameSync(incoming, join(dir, 'package.json'));
}

/**
 * Puts the workspace's own package.json back, if another one is in its place.
 *
 * @param {string} dir
 */
function restoreManifest(dir) {
  if (existsSync(join(dir, KEPT))) renameSync(join(dir, KEPT), join(dir, 'package.json'));
}

/**
 * Whether a package.json that is published is in the place of the workspace's own, which alone says what Nx is to know.
 *
 * @param {string} dir
 */
function isSwapped(dir) {
  return existsSync(join(dir, KEPT));
}

/**
 * @param {string} dir
 * @throws while another package.json is in place: what would be packed and put back is not ours
 */
function assertNotSwapped(dir) {
  if (isSwapped(dir))
    throw new Error(
      `${join(dir, KEPT)} exists: another npm pack is at work here, or was cut off less than half a minute ago.`,
    );
}

/**
 * Has a process of its own put the package.json back should nobody else do so: npm runs no postpack when it is
 * interrupted, or cannot write the tarball.
 *
 * @param {string} dir
 */
function guardManifest(dir) {
  const guard = `require(${JSON.stringify(__filename)}).restoreWhenForgotten(${JSON.stringify(dir)})`;
  spawn(process.execPath, ['--eval', guard], { detached: true, stdio: 'ignore' }).unref();
}

/**
 * @param {string} dir
 * @param {number} [afterMs]
 */
async function restoreWhenForgotten(dir, afterMs = LONGEST_SWAP_MS) {
  const forgottenAt = performance.now() + afterMs;
  while (existsSync(join(dir, KEPT)) && performance.now() < forgottenAt) await pause(100);
  restoreManifest(dir);
}

module.exports = {
  assertNotSwapped,
  guardManifest,
  isSwapped,
  restoreManifest,
  restoreWhenForgotten,
  swapManifest,
};
