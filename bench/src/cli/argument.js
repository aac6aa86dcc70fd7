'use strict';

/**
 * @template {{ id: string }} T
 * @param {string} option its name, for the message
 * @param {readonly T[]} all
 * @param {string | undefined} ids comma-separated; all of them when undefined
 * @returns {T[]} in the order of `all`
 */
function pickListed(option, all, ids) {
  if (ids === undefined) return [...all];
  const wanted = new Set(ids.split(',').map((id) => id.trim()));
  const picked = all.filter(({ id }) => wanted.delete(id));
  if (wanted.size > 0) throw new Error(`${option} does not know ${[...wanted].join(', ')}`);
  return picked;
}

/**
 * @param {string} option
 * @param {string} text
 * @returns {number} a whole one, above 0
 */
function positiveNumber(option, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} must be a whole number above 0, not ${text}`);
  return value;
}

module.exports = { pickListed, positiveNumber };
