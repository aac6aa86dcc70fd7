'use strict';

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, resolved?: string }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} Lock */

/**
 * What `package-lock.json` asks for and npm's own record of `node_modules` does not have in that version.
 * Contents are compared and not dates: a checkout gives every file the date of today.
 *
 * Optional packages do not count, since those of other platforms are never installed.
 *
 * @param {Lock} wanted `package-lock.json`
 * @param {Lock} installed `node_modules/.package-lock.json`
 * @returns {string[]} paths of packages, e.g. `node_modules/express`
 */
function missingPackages(wanted, installed) {
  const present = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {})
    .filter(([path, locked]) => path.includes('node_modules/') && !locked.optional)
    .filter(([path, locked]) => {
      const found = present[path];
      return found === undefined || found.version !== locked.version || found.link !== locked.link;
    })
    .map(([path]) => path);
}

module.exports = { missingPackages };
