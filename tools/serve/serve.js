'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { startChild } = require('../launcher/child');
const { listenForInterruption } = require('../launcher/interruption');
const { compileVerdict } = require('./compile-verdict');
const { createRestarter } = require('./restarter');

/**
 * Runs one app alone, compiling it and what it needs on every change and starting it anew. While a change does not
 * compile, the app goes on running as it was.
 *
 * @param {{ root: string, app: string | undefined }} options
 * @returns {Promise<number>} exit code
 */
async function serve({ root, app }) {
  if (app === undefined || !existsSync(join(root, 'apps', app))) {
    process.stderr.write('Name an app, e.g. "npx nx serve product".\n');
    return 2;
  }
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  const restarter = createRestarter(() =>
    startChild(
      {
        name: app,
        args: ['--enable-source-maps', join('apps', app, 'dist/main.js')],
        cwd: root,
        // Nobody waits for this instance to drain: lingering would only delay the next try.
        env: { DRAIN_LINGER_MS: '0', ...process.env },
      },
      say,
    ),
  );
  const compiler = startChild(
    {
      name: 'tsc',
      args: [
        join(root, 'node_modules/typescript/bin/tsc'),
        ...['--build', '--watch', '--preserveWatchOutput', `apps/${app}/tsconfig.build.json`],
      ],
      cwd: root,
      env: process.env,
    },
    (line) => {
      say(line);
      if (compileVerdict(line) === 'compiled') void restarter.restart();
    },
  );
  const interruption = listenForInterruption({
    onImpatience: () => {
      compiler.kill();
      restarter.kill();
    },
  });

  await Promise.race([interruption.happened, compiler.exited]);
  compiler.terminate();
  await Promise.all([restarter.stop(), compiler.exited]);
  return interruption.signal.aborted ? 0 : 1;
}

module.exports = { serve };
