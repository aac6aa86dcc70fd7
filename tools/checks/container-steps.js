'use strict';

const { join } = require('node:path');
const { run } = require('../workspace/run');
const { ensureEngine } = require('./engine');
const { runJest } = require('./jest-run');
const { FAILED, PASSED } = require('./score');

/**
 * What `npm run e2e:compose` checks: the images, and docker-compose.yml with them.
 *
 * @param {import('./steps').StepOptions} options
 * @returns {readonly import('./steps').Step[]}
 */
function planContainerSteps({ root, env, say }) {
  /** @param {unknown} error */
  const complain = (error) => say(error instanceof Error ? error.message : String(error));

  /** @param {readonly string[]} args */
  const jest = (...args) =>
    run(process.execPath, [join(root, 'node_modules/.bin/jest'), '--ci', ...args], { cwd: root, env }).then(
      () => true,
      (error) => {
        complain(error);
        return false;
      },
    );

  return [
    {
      name: 'engine',
      run: () =>
        ensureEngine({ root, env, say }).then(
          () => PASSED,
          (error) => {
            complain(error);
            return FAILED;
          },
        ),
    },
    {
      name: 'compose',
      needs: 'engine',
      run: () => runJest((...reporting) => jest(...reporting, '--config', 'e2e/compose/jest.config.js')),
    },
  ];
}

module.exports = { planContainerSteps };
