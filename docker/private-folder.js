'use strict';

const { chmodSync, existsSync, mkdirSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Sees to it that nobody else on this machine gets past a folder. What lies in it is readable for the containers, which
 * run as another user and get folders within it mounted; so the folder itself has to keep everybody else out, whether
 * it existed before or not.
 *
 * @param {string} folder
 * @param {string} sign a file or folder that is there when it was made by us
 * @throws when others use the folder for something else, and closing it would keep them from that
 */
function makePrivateFolder(folder, sign) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(folder).mode & 0o077) === 0) return;
  const isOurs = existsSync(join(folder, sign)) || readdirSync(folder).length === 0;
  if (!isOurs)
    throw new Error(
      `${folder} is open to other users and holds other files. Name a folder for this alone, or close it: chmod 700 ${folder}`,
    );
  chmodSync(folder, 0o700);
}

module.exports = { makePrivateFolder };
