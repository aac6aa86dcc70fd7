'use strict';

/**
 * @param {unknown} error
 * @returns {unknown} the system's code for it (`ESRCH`), if it has one
 */
function errorCode(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

module.exports = { errorCode };
