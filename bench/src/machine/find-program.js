'use strict';

const { accessSync, constants } = require('node:fs');
const { join } = require('node:path');

/** Debian keeps daemons where an ordinary user's PATH does not look. */
const DAEMON_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * @param {string} name
 * @returns {string | undefined} its path, when it is installed
 */
function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(':').filter(Boolean), ...DAEMON_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

module.exports = { findProgram };
