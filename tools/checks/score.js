'use strict';

const { relative } = require('node:path');
const { stripVTControlCharacters } = require('node:util');

/**
 * @typedef {object} Score
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} [failures] a line for each that is known by name: `file › test: what was wrong`
 */
/**
 * The part of Jest's `--json` report that counts.
 *
 * @typedef {object} JestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numRuntimeErrorTestSuites files that broke before their first test
 * @property {readonly JestFile[]} testResults
 */
/**
 * @typedef {object} JestFile
 * @property {string} name its path, absolute
 * @property {string} status `passed` or `failed`
 * @property {string} message what broke it before its first test, or what all of its tests say
 * @property {readonly { fullName: string, status: string, failureMessages: readonly string[] }[]} assertionResults
 */

/** What is shown of a failure; the whole of it stands where Jest printed it. */
const MOST_CHARACTERS = 700;

/** @type {Score} */
const PASSED = { passed: 1, failed: 0 };
/** @type {Score} */
const FAILED = { passed: 0, failed: 1 };

/**
 * @param {JestReport | undefined} report `undefined` when Jest did not get as far as writing it
 * @param {boolean} succeeded whether its exit code was 0
 * @param {string} root that files are named from
 * @returns {Score}
 */
function jestScore(report, succeeded, root) {
  if (report === undefined) return FAILED;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // An exit code other than 0 without a failed test (no test found, a leak) is a failure all the same.
  return {
    passed: report.numPassedTests,
    failed: succeeded ? failed : Math.max(failed, 1),
    failures: report.testResults.flatMap((file) => failuresOf(file, relative(root, file.name))),
  };
}

/**
 * @param {JestFile} file
 * @param {string} name
 * @returns {readonly string[]}
 */
function failuresOf({ status, message, assertionResults }, name) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${name}: ${oneLine(message)}`] : [];
  return failed.map((test) => `${name} › ${test.fullName}: ${oneLine(test.failureMessages.join(' '))}`);
}

/**
 * @param {string} message with colours, a stack and parts of the source
 * @returns {string}
 */
function oneLine(message) {
  const lines = stripVTControlCharacters(message).split('\n');
  const text = lines.filter((line) => !/^\s+at /.test(line)).join(' ');
  return text.replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS);
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
