import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The installed packages that went into a bundle, by their folders.
 *
 * @param {readonly string[]} inputs the files that went in, as esbuild's metafile names them
 * @returns {readonly string[]}
 */
export function packagesOf(inputs) {
  const folders = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * The licence of each package: it has to go where the package's code goes.
 *
 * @param {string} root of the workspace
 * @param {readonly string[]} packages
 */
export function licencesOf(root, packages) {
  return packages
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
      const text = file === undefined ? '' : `\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}`;
      return `${name} ${version}: ${license}${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
