/** `npm run bench:gateway`: our gateway and its peers, side by side. bench/README.md says how to read it. */
import { runBench } from './src/cli/run-bench.js';
import { USAGE, readOptions } from './src/gateway/options.js';
import { runGatewayBench } from './src/gateway/run.js';

process.exitCode = await runBench({ usage: USAGE, readOptions, run: runGatewayBench });
