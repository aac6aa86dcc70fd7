'use strict';

const { writeFileSync } = require('node:fs');
const { basename, dirname, join, relative } = require('node:path');

/** The file beside a package's entries that is loaded before them. */
const REQUIRE_FILE = 'bundled-require.mjs';

/**
 * A bundle of ES modules has no `require`, and esbuild leaves `require('http')` of CommonJS packages, axios's own among
 * them, as it stands: "Dynamic require of "http" is not supported". This gives it one that knows Node's modules.
 */
const REQUIRE_TEXT = `globalThis.require ??= (name) => {
  const found = process.getBuiltinModule(name);
  if (found === undefined) throw new Error(\`\${name} is not in this bundle, and not a module of Node's\`);
  return found;
};
`;

/** @param {string} compiled path of a compiled entry, e.g. `./lib/index.js` */
function bundleEntryOf(compiled) {
  return compiled.replace(/\.js$/, '.mjs');
}

/**
 * Writes beside each compiled entry of a package the one for bundlers (the export condition `module`, which Node does
 * not know): an ES module, so that what the CommonJS beneath needs is loaded first.
 *
 * @param {string} outDir with the entries already in it
 * @param {readonly string[]} entries paths of the compiled ones within it, e.g. `testing/index.js`
 */
function writeBundleEntries(outDir, entries) {
  writeFileSync(join(outDir, REQUIRE_FILE), REQUIRE_TEXT);
  for (const entry of entries) {
    const names = Object.keys(require(join(outDir, entry))).filter((name) => name !== '__esModule');
    const toRoot = relative(dirname(entry), '.') || '.';
    const text = `import '${toRoot}/${REQUIRE_FILE}';\nexport { ${names.join(', ')} } from './${basename(entry)}';\n`;
    writeFileSync(join(outDir, bundleEntryOf(entry)), text);
  }
}

module.exports = { bundleEntryOf, writeBundleEntries };
