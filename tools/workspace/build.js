'use strict';

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { createBuildProgress } = require('./build-progress');
const { compile } = require('./compile');

/**
 * Compiles every app and what it needs, saying which project is being compiled.
 *
 * @param {{ root: string, say: (line: string) => void, signal?: AbortSignal }} options
 */
async function build({ root, say, signal }) {
  const apps = readdirSync(join(root, 'apps')).map((app) => `apps/${app}`);
  // No app imports the console: two serve its files.
  const projects = [...apps, 'libs/console'].map((project) => `${project}/tsconfig.build.json`);
  const progress = createBuildProgress();
  await compile(projects, {
    root,
    ...(signal && { signal }),
    flags: ['--verbose', '--pretty', 'false'],
    onLine: (line) => {
      const news = progress(line);
      if (news) say(news);
    },
  }).catch((cause) => {
    throw new Error('the apps do not compile (see above)', { cause });
  });
}

module.exports = { build };
