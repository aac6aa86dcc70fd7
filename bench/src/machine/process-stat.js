'use strict';

/**
 * @typedef {object} ProcessStat
 * @property {number} pid
 * @property {number} parentPid
 * @property {number} cpuTicks user and system time so far, in the kernel's clock ticks
 * @property {number} rssPages
 */

/**
 * Reads `/proc/<pid>/stat` (proc(5)). The second field is the program's name in parentheses; it may itself hold
 * spaces and parentheses, so the fields are counted from the last one.
 *
 * @param {string} text
 * @returns {ProcessStat}
 */
function parseProcessStat(text) {
  const nameEnd = text.lastIndexOf(')');
  const afterName = text
    .slice(nameEnd + 1)
    .trim()
    .split(/\s+/)
    .map(Number);
  const field = (/** @type {number} */ number) => {
    const value = afterName[number - 3];
    if (value === undefined || Number.isNaN(value)) {
      throw new Error(`no field ${number} in a process's stat: ${JSON.stringify(text)}`);
    }
    return value;
  };
  return {
    pid: Number.parseInt(text, 10),
    parentPid: field(4),
    cpuTicks: field(14) + field(15),
    rssPages: field(24),
  };
}

module.exports = { parseProcessStat };
