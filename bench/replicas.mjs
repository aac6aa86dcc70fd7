/** `npm run bench:replicas`: two registries over three members of etcd. bench/README.md says how to read it. */
import { runBench } from './src/cli/run-bench.js';
import { USAGE, readOptions } from './src/replicas/options.js';
import { runReplicasBench } from './src/replicas/run.js';

process.exitCode = await runBench({ usage: USAGE, readOptions, run: runReplicasBench });
