/** `node tools/build.mjs <tsconfig> …`: compiles these projects and what they refer to. What Nx runs as `build`. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from './workspace/compile.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
try {
  await compile(process.argv.slice(2), { root });
} catch {
  // The compiler has said what is wrong.
  process.exitCode = 1;
}
