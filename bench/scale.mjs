/** `npm run bench:scale`: what changes cost by the size of the catalog. bench/README.md says how to read it. */
import { runBench } from './src/cli/run-bench.js';
import { USAGE, readOptions } from './src/scale/options.js';
import { runScaleBench } from './src/scale/run.js';

process.exitCode = await runBench({ usage: USAGE, readOptions, run: runScaleBench });
