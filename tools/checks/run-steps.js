'use strict';

const { FAILED, scoreLine } = require('./score');

/** @typedef {{ name: string, score: import('./score').Score, seconds: number }} Result */

/**
 * Runs the rounds one after another, the steps of a round at once. One run tells everything that is wrong: only a
 * step whose groundwork failed in an earlier round is left out, and counts as failed.
 *
 * @param {readonly (readonly import('./steps').Step[])[]} rounds
 * @param {{ say: (line: string) => void, now: () => number }} options `now` in milliseconds
 * @returns {Promise<readonly Result[]>}
 */
async function runSteps(rounds, { say, now }) {
  /** @type {Result[]} */
  const results = [];
  for (const round of rounds) {
    say(`\n── ${round.map(({ name }) => name).join(', ')} ──`);
    const failed = results.filter(({ score }) => score.failed > 0).map(({ name }) => name);
    results.push(...(await Promise.all(round.map((step) => runStep(step, failed)))));
  }
  return results;

  /**
   * @param {import('./steps').Step} step
   * @param {readonly string[]} failed
   * @returns {Promise<Result>}
   */
  async function runStep(step, failed) {
    const startedAt = now();
    const leftOut = step.needs !== undefined && failed.includes(step.needs);
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

module.exports = { resultLine, runSteps };
