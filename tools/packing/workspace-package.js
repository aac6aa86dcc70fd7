'use strict';

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The part of a package.json that packing looks at.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Readonly<Record<string, string>>} [dependencies]
 */
/** @typedef {{ dir: string, manifest: Manifest }} WorkspacePackage */

/**
 * @param {string} dir
 * @returns {WorkspacePackage}
 */
function readPackage(dir) {
  return { dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) };
}

/**
 * The packages of this workspace that a package needs, directly or through another of them. They are on no registry.
 *
 * @param {WorkspacePackage} consumer
 * @param {string} libs the folder of all of them
 * @returns {readonly WorkspacePackage[]}
 */
function innerPackages(consumer, libs) {
  const known = new Map(
    readdirSync(libs).map((name) => {
      const found = readPackage(join(libs, name));
      return [found.manifest.name, found];
    }),
  );
  /** @type {Set<WorkspacePackage>} */
  const needed = new Set();
  const consumers = [consumer];
  for (const { manifest } of consumers) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const inner = known.get(name);
      if (inner === undefined || needed.has(inner)) continue;
      needed.add(inner);
      consumers.push(inner);
    }
  }
  return [...needed];
}

module.exports = { innerPackages, readPackage };
