'use strict';

const { FAILED, scoreLine } = require('./score');

/** @typedef {{ name: string, score: import('./score').Score, seconds: number }} Result */

/**
 * Runs the steps one after another, all of them, so that one run tells everything that is wrong. Only a step whose
 * groundwork failed is left out, and counts as failed.
 *
 * @param {readonly import('./steps').Step[]} steps
 * @param {{ say: (line: string) => void, now: () => number }} options `now` in milliseconds
 * @returns {Promise<readonly Result[]>}
 */
async function runSteps(steps, { say, now }) {
  /** @type {Result[]} */
  const results = [];
  for (const step of steps) {
    say(`\n── ${step.name} ──`);
    const startedAt = now();
    const groundwork = results.find(({ name }) => name === step.needs);
    const score = groundwork && groundwork.score.failed > 0 ? leftOut(step, say) : await step.run();
    const result = { name: step.name, score, seconds: (now() - startedAt) / 1000 };
    results.push(result);
    say(resultLine(result));
  }
  return results;
}

/**
 * @param {import('./steps').Step} step
 * @param {(line: string) => void} say
 */
function leftOut({ name, needs }, say) {
  say(`${name} was left out: it needs ${needs}.`);
  return FAILED;
}

/** @param {Result} result */
function resultLine({ name, score, seconds }) {
  const mark = score.failed === 0 ? '✓' : '✗';
  return `${mark} ${name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s   ${scoreLine(score)}`;
}

module.exports = { resultLine, runSteps };
