'use strict';

const { ensureInstalled } = require('../workspace/install');
const { failureLines, resultLine, runSteps } = require('./run-steps');
const { scoreLine, total } = require('./score');

/**
 * Installs what is missing, then runs a plan's rounds of steps. At the end it names what failed, a line each that begins with
 * `●`; the last line is `N passed, N failed`.
 *
 * @param {string} root of the workspace
 * @param {(options: import('./steps').StepOptions) => readonly (readonly import('./steps').Step[])[]} plan
 * @returns {Promise<number>} exit code
 */
async function test(root, plan) {
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  await ensureInstalled({ root, say });
  const results = await runSteps(plan({ root, env: process.env, say }), {
    say,
    now: () => performance.now(),
  });
  const score = total(results.map((result) => result.score));
  say(['', ...results.map(resultLine), '', ...failureLines(results), scoreLine(score)].join('\n'));
  return score.failed === 0 ? 0 : 1;
}

module.exports = { test };
