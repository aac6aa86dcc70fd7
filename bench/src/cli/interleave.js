'use strict';

const { progress } = require('./terminal');

/**
 * Measures every subject once, then every one again: what the machine does beside us falls on all of them alike.
 *
 * @template {{ title: string }} Subject
 * @template Result
 * @param {readonly Subject[]} subjects
 * @param {number} rounds
 * @param {string} what for the line of progress
 * @param {(subject: Subject) => Promise<Result>} measureOne
 * @returns {Promise<{ title: string, rounds: Result[] }[]>} in the order of `subjects`
 */
async function interleave(subjects, rounds, what, measureOne) {
  const results = subjects.map(({ title }) => ({ title, rounds: /** @type {Result[]} */ ([]) }));
  for (let round = 1; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      progress(`${what}: round ${round}/${rounds}, ${subject.title}`);
      results[index]?.rounds.push(await measureOne(subject));
    }
  }
  return results;
}

module.exports = { interleave };
