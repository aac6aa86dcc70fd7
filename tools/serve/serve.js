'use strict';

const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { startChild } = require('../launcher/child');
const { listenForInterruption } = require('../launcher/interruption');
const { createCompiler } = require('./compiler');
const { createRestarter } = require('./restarter');
const { createSourceWatch } = require('./source-watch');

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
  const compiler = createCompiler(join(root, 'apps', app, 'tsconfig.build.json'), say);
  const { signal } = listenForInterruption({ onImpatience: () => restarter.kill() });
  const interrupted = new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));

  try {
    await Promise.race([interrupted, followSources()]);
    return signal.aborted ? 0 : 1;
  } finally {
    await Promise.all([restarter.stop(), compiler.stop()]);
  }

  async function followSources() {
    const sources = createSourceWatch(sourcesOf(root, `apps/${app}`));
    while (!signal.aborted) {
      // Before compiling: what is saved meanwhile may or may not have been read, and is compiled again.
      const state = sources.state();
      say('Compiling …');
      const compiled = await compiler.compile();
      if (signal.aborted) return;
      if (compiled && sources.state() === state) void restarter.restart();
      else if (!compiled) say('It does not compile; what ran before runs on.');
      await sources.changed(state, signal);
    }
  }
}

/**
 * What an app is compiled from: itself, and the libraries, whether it needs them all or not.
 *
 * @param {string} root
 * @param {string} app its folder
 */
function sourcesOf(root, app) {
  const projects = [app, ...readdirSync(join(root, 'libs')).map((lib) => `libs/${lib}`)];
  return [
    join(root, 'tsconfig.base.json'),
    ...projects.flatMap((project) =>
      ['src', 'package.json', 'tsconfig.build.json'].map((path) => join(root, project, path)),
    ),
  ];
}

module.exports = { serve };
