'use strict';

const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: wait } = require('node:timers/promises');

const POLL_MS = 300;

/**
 * Looks at what an app is compiled from. It asks for the state of every file instead of being told of changes: an
 * editor that saves by rename, a checkout and a shared folder of a virtual machine are all seen alike, and nothing
 * that happens between two looks is lost.
 *
 * @param {readonly string[]} paths files and folders; in folders all files count
 */
function createSourceWatch(paths) {
  /** @returns {string} another one whenever any of the files has been written, added, moved or removed */
  const state = () => paths.flatMap(filesOf).map(stateOf).join('\n');
  return {
    state,
    /**
     * Resolves once the state is another than the given one.
     *
     * @param {string} known
     * @param {AbortSignal} signal ends the waiting; it then resolves
     */
    async changed(known, signal) {
      while (!signal.aborted && state() === known)
        await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
    },
  };
}

/** @param {string} path */
function filesOf(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // A folder within it went while it was read. The next look sees the files that are left.
    return [path];
  }
}

/** @param {string} file */
function stateOf(file) {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return `${file} ${stats?.mtimeNs} ${stats?.size} ${stats?.ino}`;
}

module.exports = { createSourceWatch };
