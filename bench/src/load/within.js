'use strict';

const { setTimeout: delay } = require('node:timers/promises');

/**
 * @template T
 * @param {number} limitMs
 * @param {Promise<T>} promise
 * @param {string} complaint of the Error when it takes longer
 * @returns {Promise<T>}
 */
async function within(limitMs, promise, complaint) {
  const settled = new AbortController();
  const tooLate = delay(limitMs, undefined, { signal: settled.signal }).then(() => {
    throw new Error(complaint);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    settled.abort();
  }
}

module.exports = { within };
