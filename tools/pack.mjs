/** What npm runs around `npm pack` in the folder of a package: `node ../../tools/pack.mjs <the script's name>`. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepackCommand } from './packing/pack-command.js';
import { postpack, prepack, prepublishOnly } from './packing/pack.js';

const scripts = new Map(Object.entries({ prepack, prepackCommand, postpack, prepublishOnly }));
const script = scripts.get(process.argv[2] ?? '');
if (script === undefined) throw new Error(`usage: pack.mjs ${[...scripts.keys()].join(' | ')}`);

try {
  await script({ dir: process.cwd(), root: dirname(dirname(fileURLToPath(import.meta.url))) });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
