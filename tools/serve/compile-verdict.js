'use strict';

/** @typedef {'compiled' | 'faulty'} Verdict */

/**
 * What a line of `tsc --build --watch` says about the round of compiling that it ends; nothing for other lines.
 *
 * @param {string} line
 * @returns {Verdict | undefined}
 */
function compileVerdict(line) {
  const faults = /Found (\d+) errors?\. Watching for file changes\./.exec(line)?.[1];
  if (faults === undefined) return undefined;
  return faults === '0' ? 'compiled' : 'faulty';
}

module.exports = { compileVerdict };
