'use strict';

/**
 * @typedef {object} LoadReport
 * @property {number} requests answered
 * @property {number} seconds
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} failures refused, broken, late, or answered with a status above 399
 */

const FIELDS = /** @type {const} */ (['requests', 'seconds', 'p50Ms', 'p99Ms', 'failures']);

/**
 * Finds the line of JSON that lua/requests.lua prints within wrk's own output.
 *
 * @param {string} output
 * @returns {LoadReport}
 */
function parseWrkReport(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{"requests":'));
  if (line === undefined) throw new Error(`wrk printed no report:\n${output}`);
  const report = JSON.parse(line);
  for (const field of FIELDS) {
    if (!Number.isFinite(report[field])) throw new Error(`wrk's report has no ${field}: ${line}`);
  }
  return report;
}

module.exports = { parseWrkReport };
