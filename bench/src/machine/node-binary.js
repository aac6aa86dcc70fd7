'use strict';

const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const CACHE = join(__dirname, '../../../node_modules/.cache/rollcall-bench');

/**
 * The Node that runs our apps and the peers written for Node.
 *
 * @param {string | undefined} wanted a path, or a major version (`24`) to fetch once from npm; ours when undefined
 * @returns {{ path: string, version: string }}
 */
function resolveNodeBinary(wanted) {
  const path = !wanted ? process.execPath : /^\d+$/.test(wanted) ? fetchNode(wanted) : wanted;
  return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
}

/**
 * The npm packages `node-linux-*` hold nothing but the official binary: packing one is a download, it runs no script
 * and touches no lock file.
 *
 * @param {string} major
 */
function fetchNode(major) {
  const home = join(CACHE, `node-${major}`);
  const binary = join(home, 'bin/node');
  if (existsSync(binary)) return binary;

  const unpacking = join(CACHE, `node-${major}.part`);
  rmSync(unpacking, { recursive: true, force: true });
  mkdirSync(unpacking, { recursive: true });
  const spec = `node-linux-${process.arch}@${major}`;
  process.stderr.write(`fetching ${spec} …\n`);
  execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', unpacking], { stdio: 'ignore' });
  const [tarball] = readdirSync(unpacking);
  if (!tarball) throw new Error(`npm pack ${spec} left nothing behind`);
  execFileSync('tar', ['-xzf', join(unpacking, tarball), '-C', unpacking]);
  // Renamed last: a fetch that was cut off is not taken for a whole one.
  renameSync(join(unpacking, 'package'), home);
  rmSync(unpacking, { recursive: true });
  return binary;
}

module.exports = { resolveNodeBinary };
