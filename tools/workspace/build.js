'use strict';

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { createBuildProgress } = require('./build-progress');
const { run } = require('./run');

/**
 * Compiles every app and what it needs, saying which project is being compiled. What did not change is left alone.
 *
 * @param {{ root: string, say: (line: string) => void, signal?: AbortSignal }} options
 */
async function build({ root, say, signal }) {
  const projects = readdirSync(join(root, 'apps')).map((app) => `apps/${app}/tsconfig.build.json`);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const progress = createBuildProgress();
  await run(process.execPath, [compiler, '-b', '--verbose', '--pretty', 'false', ...projects], {
    cwd: root,
    signal,
    onLine: (line) => {
      const news = progress(line);
      if (news) say(news);
    },
  }).catch((cause) => {
    throw new Error('the apps do not compile (see above)', { cause });
  });
}

module.exports = { build };
