'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { createPrivateAuthority } = require('@rollcall/testing/certificates');

/**
 * @typedef {object} Certificates
 * @property {string} ca PEM of the authority
 * @property {string} caFile
 * @property {string} certFile of one certificate, for servers and for their callers
 * @property {string} keyFile
 */

/**
 * @param {string} folder
 * @returns {Promise<Certificates>} for this run alone
 */
async function makeCertificates(folder) {
  const home = join(folder, 'certificates');
  mkdirSync(home);
  const authority = await createPrivateAuthority('Rollcall benchmark');
  const { cert, key } = await authority.issue({ uses: ['server', 'client'] });
  const put = (/** @type {string} */ name, /** @type {string} */ text) => {
    const file = join(home, name);
    writeFileSync(file, text);
    return file;
  };
  return {
    ca: authority.ca,
    caFile: put('ca.pem', authority.ca),
    certFile: put('cert.pem', cert),
    keyFile: put('key.pem', key),
  };
}

module.exports = { makeCertificates };
