'use strict';

const { FAILED, scoreLine } = require('./score');

/** @typedef {{ name: string, score: import('./score').Score, seconds: number }} Result */

/**
 * Runs the rounds one after another, the steps of a round at once, except that a step waits for the one that it needs.
 * One run tells everything that is wrong: only a step whose groundwork failed is left out, and counts as failed.
 *
 * @param {readonly (readonly import('./steps').Step[])[]} rounds
 * @param {{ say: (line: string) => void, now: () => number }} options `now` in milliseconds
 * @returns {Promise<readonly Result[]>}
 */
async function runSteps(rounds, { say, now }) {
  /** @type {Map<string, Promise<Result>>} */
  const results = new Map();
  for (const round of rounds) {
    say(`\n── ${round.map(({ name }) => name).join(', ')} ──`);
    for (const step of round) results.set(step.name, runStep(step));
    await Promise.all(results.values());
  }
  return Promise.all(results.values());

  /**
   * @param {import('./steps').Step} step
   * @returns {Promise<Result>}
   */
  async function runStep(step) {
    const groundwork = step.needs === undefined ? undefined : await results.get(step.needs);
    const startedAt = now();
    const leftOut = groundwork !== undefined && groundwork.score.failed > 0;
    if (leftOut) say(`${step.name} is left out: it needs ${step.needs}.`);
    const score = leftOut ? FAILED : await step.run();
    const result = { name: step.name, score, seconds: (now() - startedAt) / 1000 };
    say(resultLine(result));
    return result;
  }
}

/** @param {Result} result */
function resultLine({ name, score, seconds }) {
  const mark = score.failed === 0 ? '✓' : '✗';
  return `${mark} ${name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s   ${scoreLine(score)}`;
}

/**
 * @param {readonly Result[]} results
 * @returns {readonly string[]} what failed: each test by its name, and a step as a whole where nothing in it has one
 */
function failureLines(results) {
  return results
    .filter(({ score }) => score.failed > 0)
    .flatMap(({ name, score: { failures = [] } }) => (failures.length > 0 ? failures : [name]))
    .map((failure) => `● ${failure}`);
}

module.exports = { failureLines, resultLine, runSteps };
