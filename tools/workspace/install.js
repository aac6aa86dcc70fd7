'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { missingPackages } = require('./lock');
const { run } = require('./run');

/**
 * Installs the locked dependencies when one of them is missing; returns at once when none is.
 *
 * @param {{ root: string, say: (line: string) => void, signal?: AbortSignal }} options
 */
async function ensureInstalled({ root, say, signal }) {
  const missing = missingPackages(
    readLock(join(root, 'package-lock.json')),
    readLock(join(root, 'node_modules/.package-lock.json')),
  );
  if (missing.length === 0) return;
  say(`Installing dependencies (${missing.length} packages are missing) …`);
  const npm = process.env['npm_execpath'];
  const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  await run(command, [...args, '--no-audit', '--no-fund'], { cwd: root, signal });
}

/**
 * @param {string} file
 * @returns {import('./lock').Lock}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // Never installed, or an install that was interrupted: npm ci mends both.
    if (file.includes('node_modules')) return {};
    throw error;
  }
}

module.exports = { ensureInstalled };
