'use strict';

const { copyFileSync, existsSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** Where the workspace's own package.json waits while another one is in its place; left out of git. */
const KEPT = 'package.workspace.json';

/**
 * Puts another package.json in place. At no moment is there none, or half of one: whoever runs from this workspace
 * meanwhile reads either, and both name entries that are there.
 *
 * @param {string} dir
 * @param {object} manifest
 */
function swapManifest(dir, manifest) {
  copyFileSync(join(dir, 'package.json'), join(dir, KEPT));
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

module.exports = { restoreManifest, swapManifest };
