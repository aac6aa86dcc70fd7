'use strict';

/**
 * Strikes out of each given package.json every devDependency that compiling does without, and bundling. In an image nothing is
 * linted or tested; and npm counts a workspace as production even where it is only a devDependency, so that without
 * this the test doubles, with all that they need, would come along.
 */
const { readFileSync, writeFileSync } = require('node:fs');

const compiles = (name) =>
  /^(typescript|esbuild|preact|uplot|@(types|opentelemetry|preact|dagrejs)\/.+)$/.test(name);

for (const file of process.argv.slice(2)) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.devDependencies = Object.fromEntries(
    Object.entries(manifest.devDependencies ?? {}).filter(([name]) => compiles(name)),
  );
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
