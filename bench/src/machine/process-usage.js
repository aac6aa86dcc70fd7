'use strict';

const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync } = require('node:fs');
const { errorCode } = require('./error-code');
const { parseProcessStat } = require('./process-stat');
const { processTree } = require('./process-tree');

/** @typedef {{ cpuSeconds: number, rssBytes: number }} Usage */

/** @type {{ ticksPerSecond: number, pageBytes: number } | undefined} */
let kernelUnits;

/**
 * What a process and everything it started have used so far, in CPU, and hold now, in memory. Pages that several of
 * them share (nginx's master and worker) count once for each, as in `ps`.
 *
 * @param {number} rootPid
 * @returns {Usage}
 */
function readUsage(rootPid) {
  kernelUnits ??= { ticksPerSecond: getconf('CLK_TCK'), pageBytes: getconf('PAGESIZE') };
  const tree = processTree(rootPid, readAllStats());
  if (tree.length === 0) throw new Error(`process ${rootPid} is gone`);
  return {
    cpuSeconds: tree.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / kernelUnits.ticksPerSecond,
    rssBytes: tree.reduce((sum, { rssPages }) => sum + rssPages, 0) * kernelUnits.pageBytes,
  };
}

function readAllStats() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch (error) {
        // It ended between the listing and the reading.
        if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return [];
        throw error;
      }
    });
}

/** @param {string} name */
function getconf(name) {
  return Number(execFileSync('getconf', [name], { encoding: 'utf8' }));
}

module.exports = { readUsage };
