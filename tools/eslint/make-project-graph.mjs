import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createProjectGraphAsync } from '@nx/devkit';
import { isSwapped } from '../packing/manifest-swap.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const packages = ['apps', 'libs']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
  .filter((dir) => existsSync(join(dir, 'package.json')));

/** Which package.json each package has: another file after each `npm pack`. */
const manifests = () => packages.map((dir) => statSync(join(dir, 'package.json')).ino).join();

// To be run before ESLint when Nx does not run it: the rule for the arrows between projects reads Nx's cached
// project graph, and passes everything when there is none. The config cannot see to that itself, since Nx loads the
// config in order to make the graph. While `npm pack` runs somewhere a package has no tags, and may depend on nothing.
for (let before; before !== manifests() || packages.some(isSwapped); ) {
  await untilPacked();
  before = manifests();
  await createProjectGraphAsync();
}

/** Longer than a package.json that was forgotten stays away (`restoreWhenForgotten`). */
async function untilPacked() {
  for (const deadline = performance.now() + 60_000; packages.some(isSwapped); await pause(100))
    if (performance.now() > deadline)
      throw new Error(
        `the package.json of ${packages.filter(isSwapped).join(', ')} is the one that npm pack publishes: move package.workspace.json there back to package.json`,
      );
}
