'use strict';

const ts = require('typescript');

/**
 * Gives the modules that a compiled file names (import, export from, require, import types) other names. The
 * compiler's own scanner finds them, so that a look-alike in a string or a comment stays as it is.
 *
 * @param {string} text JavaScript or declarations
 * @param {(name: string) => string} rename
 * @returns {string}
 */
function renameModules(text, rename) {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  let renamed = '';
  let copied = 0;
  for (const { fileName, pos } of importedFiles.toSorted((a, b) => a.pos - b.pos)) {
    const start = pos + 1; // the name stands behind its quotation mark
    renamed += text.slice(copied, start) + rename(fileName);
    copied = start + fileName.length;
  }
  return renamed + text.slice(copied);
}

/**
 * @param {string} name what a file imports that is neither a file nor a part of Node, e.g. `axios/unsafe`
 * @returns {string} the package that has to be installed for it, e.g. `axios`
 */
function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

module.exports = { packageOf, renameModules };
