'use strict';

const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { jestScore } = require('./score');

/**
 * Runs Jest and counts its tests from the report that it writes.
 *
 * @param {string} root of the workspace
 * @param {(...args: string[]) => Promise<boolean>} jest runs Jest with these arguments; whether it succeeded
 * @returns {Promise<import('./score').Score>}
 */
async function runJest(root, jest) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
  const file = join(folder, 'report.json');
  try {
    const succeeded = await jest('--json', `--outputFile=${file}`);
    return jestScore(readReport(file), succeeded, root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {import('./score').JestReport | undefined} nothing when Jest did not get as far as writing it
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

module.exports = { runJest };
