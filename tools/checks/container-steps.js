'use strict';

const { existsSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { run } = require('../workspace/run');
const { ensureEngine } = require('./engine');
const { runJest } = require('./jest-run');
const { FAILED, PASSED } = require('./score');

/**
 * What `npm run e2e:compose` checks: the images, and docker-compose.yml with them.
 *
 * @param {import('./steps').StepOptions} options
 * @returns {readonly (readonly import('./steps').Step[])[]}
 */
function planContainerSteps({ root, env, say }) {
  /** @param {unknown} error */
  const complain = (error) => say(error instanceof Error ? error.message : String(error));

  const containerLog = join(tmpdir(), `rollcall-containers-${process.pid}.log`);

  /** @param {readonly string[]} args */
  const jest = (...args) =>
    run(process.execPath, [join(root, 'node_modules/.bin/jest'), '--ci', ...args], {
      cwd: root,
      env: { ...env, CONTAINER_LOG: containerLog },
    }).then(
      () => true,
      (error) => {
        complain(error);
        return false;
      },
    );

  return [
    [
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
    ],
    [
      {
        name: 'compose',
        needs: 'engine',
        async run() {
          const score = await runJest(root, (...reporting) =>
            jest(...reporting, '--config', 'e2e/compose/jest.config.js'),
          );
          if (score.failed > 0) say(lastLines(containerLog));
          else rmSync(containerLog, { force: true });
          return score;
        },
      },
    ],
  ];
}

/**
 * @param {string} file
 * @returns {string} what is worth reading of it
 */
function lastLines(file) {
  if (!existsSync(file)) return 'No container wrote anything.';
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return [...lines.slice(-100), `The containers wrote all of this: ${file}`].join('\n');
}

module.exports = { planContainerSteps };
