'use strict';

/** @typedef {{ passed: number, failed: number }} Score */
/**
 * The part of Jest's `--json` report that counts.
 *
 * @typedef {object} JestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numRuntimeErrorTestSuites files that broke before their first test
 */

/** @type {Score} */
const PASSED = { passed: 1, failed: 0 };
/** @type {Score} */
const FAILED = { passed: 0, failed: 1 };

/**
 * @param {JestReport | undefined} report `undefined` when Jest did not get as far as writing it
 * @param {boolean} succeeded whether its exit code was 0
 * @returns {Score}
 */
function jestScore(report, succeeded) {
  if (report === undefined) return FAILED;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // An exit code other than 0 without a failed test (no test found, a leak) is a failure all the same.
  return { passed: report.numPassedTests, failed: succeeded ? failed : Math.max(failed, 1) };
}

/**
 * @param {readonly Score[]} scores
 * @returns {Score}
 */
function total(scores) {
  return scores.reduce(
    (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
    { passed: 0, failed: 0 },
  );
}

/** @param {Score} score */
function scoreLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

module.exports = { FAILED, PASSED, jestScore, scoreLine, total };
