'use strict';

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { run } = require('../workspace/run');
const { runJest } = require('./jest-run');
const { FAILED, PASSED } = require('./score');

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} [needs] a step without which this one cannot succeed
 * @property {() => Promise<import('./score').Score>} run rejects only when it could not be run at all
 */
/** @typedef {{ root: string, env: NodeJS.ProcessEnv, say: (line: string) => void }} StepOptions `root` of the workspace */

/**
 * What `npm test` checks, in its order: what fails fast comes first.
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
   * @param {string} file that Node runs
   * @param {readonly string[]} args
   */
  const succeeds = (file, ...args) =>
    run(process.execPath, [file, ...args], command).then(
      () => true,
      (/** @type {Error} */ error) => {
        say(error.message);
        return false;
      },
    );
  const tool = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

  /** @param {Parameters<typeof succeeds>} command */
  const check = async (...command) => ((await succeeds(...command)) ? PASSED : FAILED);

  const lint = async () =>
    (await succeeds(join(root, 'tools/eslint/make-project-graph.mjs'))) ? check(tool('eslint'), '.') : FAILED;

  /** @param {readonly string[]} args */
  const jest = (...args) => runJest((...reporting) => succeeds(tool('jest'), '--ci', ...reporting, ...args));

  /** @param {readonly string[]} args */
  const e2e = (...args) => jest('--config', 'e2e/jest.config.js', ...args);

  const projects = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((project) => join(group, project)),
  );

  return [
    // Each of them keeps one core busy. ESLint runs once over everything, and not once a project as `nx lint` does:
    // that would load TypeScript sixteen times.
    [
      { name: 'lint', run: lint },
      { name: 'format', run: () => check(tool('prettier'), '--check', '--log-level=warn', '.') },
      // Compiles everything, specs too, and leaves behind the dist/ that e2e runs.
      { name: 'typecheck', run: () => check(join(root, 'tools/build.mjs'), 'tsconfig.json') },
    ],
    // Beside the specs, which compute, the end-to-end suites, which mostly wait for other processes.
    [
      {
        name: 'unit and integration',
        run: () => jest('--maxWorkers=100%', '--projects', ...projects, 'tools'),
      },
      {
        name: 'e2e',
        needs: 'typecheck',
        run: () => e2e('--maxWorkers=50%', '--testPathIgnorePatterns=/under-load/'),
      },
    ],
    // Alone: what they promise is about the requests of a load, which another suite's processes would hold up.
    [
      {
        name: 'e2e under load',
        needs: 'typecheck',
        run: () => e2e('--runInBand', '--testPathPatterns=/under-load/'),
      },
    ],
  ];
}

module.exports = { planSteps };
