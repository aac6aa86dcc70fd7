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
 * @returns {readonly Step[]}
 */
function planSteps({ root, env, say }) {
  const command = {
    cwd: root,
    // Nx's daemon would outlive us, and its full-screen output needs a terminal.
    env: { ...env, NX_DAEMON: 'false', NX_TUI: 'false' },
  };

  /**
   * @param {string} tool
   * @param {readonly string[]} args
   */
  const succeeds = (tool, ...args) =>
    run(process.execPath, [join(root, 'node_modules/.bin', tool), ...args], command).then(
      () => true,
      (/** @type {Error} */ error) => {
        say(error.message);
        return false;
      },
    );

  /** @param {Parameters<typeof succeeds>} command */
  const check = async (...command) => ((await succeeds(...command)) ? PASSED : FAILED);

  /** @param {readonly string[]} args */
  const jest = (...args) => runJest((...reporting) => succeeds('jest', '--ci', ...reporting, ...args));

  const projects = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((project) => join(group, project)),
  );

  return [
    { name: 'lint', run: () => check('nx', 'run-many', '-t', 'lint', '--output-style=static') },
    { name: 'format', run: () => check('prettier', '--check', '--log-level=warn', '.') },
    // Compiles everything, specs too, and leaves behind the dist/ that e2e runs.
    { name: 'typecheck', run: () => check('tsc', '--build') },
    {
      name: 'unit and integration',
      run: () => jest('--maxWorkers=100%', '--projects', ...projects, 'tools'),
    },
    // More workers than cores: these specs mostly wait, for leases to end and processes to drain.
    { name: 'e2e', needs: 'typecheck', run: () => jest('--maxWorkers=4', '--projects', 'e2e') },
  ];
}

module.exports = { planSteps };
