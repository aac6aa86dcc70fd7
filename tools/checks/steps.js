'use strict';

const { join } = require('node:path');
const { run } = require('../workspace/run');
const { runJest } = require('./jest-run');
const { FAILED, PASSED } = require('./score');

const longestFirst = require.resolve('./longest-first');

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} [needs] a step without which this one cannot succeed
 * @property {() => Promise<import('./score').Score>} run rejects only when it could not be run at all
 */
/** @typedef {{ root: string, env: NodeJS.ProcessEnv, say: (line: string) => void }} StepOptions `root` of the workspace */

/**
 * What `npm test` checks.
 *
 * @param {StepOptions} options
 * @returns {readonly (readonly Step[])[]} rounds; the steps of a round may run at once
 */
function planSteps({ root, env, say }) {
  const command = {
    cwd: root,
    // Nx's daemon would outlive us, and its full-screen output needs a terminal.
    env: { ...env, NX_DAEMON: 'false', NX_TUI: 'false' },
  };

  /**
   * @param {string} program
   * @param {readonly string[]} args
   */
  const succeeds = (program, ...args) =>
    run(program, args, command).then(
      () => true,
      (/** @type {Error} */ error) => {
        say(error.message);
        return false;
      },
    );
  const node = process.execPath;
  /** Behind the suites; at 19 it would hardly get a turn on a machine whose user computes something else. */
  const idly = /** @type {const} */ (['nice', '-n', '5', node]);
  const tool = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

  /** @param {Parameters<typeof succeeds>} command */
  const check = async (...command) => ((await succeeds(...command)) ? PASSED : FAILED);

  const lint = async () =>
    (await succeeds(...idly, join(root, 'tools/eslint/make-project-graph.mjs')))
      ? check(...idly, tool('eslint'), '.')
      : FAILED;

  /** What a file looks like depends on nothing but the file: what was right and has not changed is still right. */
  const format = () =>
    check(
      ...idly,
      tool('prettier'),
      ...['--check', '--log-level=warn', '--cache', '--cache-strategy=content', '.'],
    );

  /** @param {readonly string[]} args */
  const jest = (...args) =>
    runJest(root, (...reporting) =>
      succeeds(node, tool('jest'), '--ci', `--testSequencer=${longestFirst}`, ...reporting, ...args),
    );

  /** @param {readonly string[]} args */
  const e2e = (...args) => jest('--config', 'e2e/jest.config.js', ...args);

  return [
    // The specs compute, and the end-to-end suites mostly wait for other processes: together they keep every core busy.
    [
      // Compiles everything, specs too, and leaves behind the dist/ that e2e runs.
      { name: 'typecheck', run: () => check(node, join(root, 'tools/build.mjs'), 'tsconfig.json') },
      { name: 'unit and integration', run: () => jest('--maxWorkers=100%', '--config', 'jest.workspace.js') },
      {
        name: 'e2e',
        needs: 'typecheck',
        run: () => e2e('--maxWorkers=100%', '--testPathIgnorePatterns=/under-load/'),
      },
    ],
    // Alone with what yields to everything: what they promise is about the requests of a load, which another suite's
    // processes would hold up. ESLint runs once over everything, and not once a project as `nx lint` does: that would
    // load TypeScript sixteen times.
    [
      {
        name: 'e2e under load',
        needs: 'typecheck',
        run: () => e2e('--runInBand', '--testPathPatterns=/under-load/'),
      },
      { name: 'lint', run: lint },
      { name: 'format', run: format },
    ],
  ];
}

module.exports = { planSteps };
