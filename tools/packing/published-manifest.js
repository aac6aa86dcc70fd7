'use strict';

const { bundleEntryOf } = require('./bundle-entry');

/** @typedef {import('./workspace-package').Manifest} Manifest */

/** What a package.json says to this workspace's tools only. */
const WORKSPACE_FIELDS = new Set(['devDependencies', 'scripts', 'nx']);
/** The export condition under which this workspace runs from source. */
const WORKSPACE_CONDITION = '@rollcall/source';

/**
 * The package.json that goes into the tarball: of the workspace's own conditions, tools and packages nothing is left,
 * and what the embedded packages need is needed by this one.
 *
 * @param {Manifest & Record<string, unknown>} manifest
 * @param {readonly Manifest[]} embedded
 * @param {{ compiled: string, published: string }} folders where the entries point in the workspace, and in the tarball
 * @returns {Manifest & Record<string, unknown>}
 */
function publishedManifest(manifest, embedded, { compiled, published }) {
  /** @type {typeof manifest} */
  const moved = JSON.parse(JSON.stringify(without(manifest, WORKSPACE_FIELDS)), (_key, value) => {
    if (typeof value === 'string') return value.replace(`./${compiled}/`, `./${published}/`);
    return isObject(value) ? forBundlersToo(without(value, new Set([WORKSPACE_CONDITION]))) : value;
  });
  return { ...moved, files: [published], dependencies: mergedDependencies([manifest, ...embedded]) };
}

/**
 * The conditions of an entry; what bundlers take comes before what everybody takes.
 *
 * @param {Record<string, unknown>} conditions
 */
function forBundlersToo({ default: compiled, ...conditions }) {
  if (typeof compiled !== 'string') return conditions;
  return { ...conditions, module: bundleEntryOf(compiled), default: compiled };
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param {object} object
 * @param {ReadonlySet<string>} keys
 */
function without(object, keys) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));
}

/**
 * @param {readonly Manifest[]} manifests
 * @returns {Record<string, string>}
 */
function mergedDependencies(manifests) {
  const inside = new Set(manifests.map(({ name }) => name));
  /** @type {Map<string, string>} */
  const ranges = new Map();
  for (const { name: consumer, dependencies = {} } of manifests) {
    for (const [name, range] of Object.entries(dependencies)) {
      if (inside.has(name)) continue;
      const other = ranges.get(name) ?? range;
      if (other !== range) throw new Error(`${consumer} needs ${name} ${range}, another part ${other}`);
      ranges.set(name, range);
    }
  }
  return Object.fromEntries([...ranges].sort(([a], [b]) => a.localeCompare(b)));
}

module.exports = { publishedManifest };
