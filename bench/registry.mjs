/** `npm run bench:registry`: our registry and etcd, side by side. bench/README.md says how to read it. */
import { runBench } from './src/cli/run-bench.js';
import { USAGE, readOptions } from './src/registry/options.js';
import { runRegistryBench } from './src/registry/run.js';

process.exitCode = await runBench({ usage: USAGE, readOptions, run: runRegistryBench });
