'use strict';

/** @typedef {import('./process-stat').ProcessStat} ProcessStat */

/**
 * A process and everything it started, directly or not: nginx and HAProxy work in children, cluster workers are
 * children too.
 *
 * @param {number} rootPid
 * @param {readonly ProcessStat[]} all
 * @returns {ProcessStat[]} empty when the root is gone
 */
function processTree(rootPid, all) {
  const tree = all.filter(({ pid }) => pid === rootPid);
  // An array grows while it is walked: each found process is asked for its own children in turn.
  for (const { pid } of tree) tree.push(...all.filter(({ parentPid }) => parentPid === pid));
  return tree;
}

module.exports = { processTree };
