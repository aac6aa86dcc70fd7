'use strict';

const { findProgram } = require('../machine/find-program');
const { resolveNodeBinary } = require('../machine/node-binary');
const { withWorkbench } = require('../processes/workbench');

/** @typedef {import('../processes/workbench').Workbench} Workbench */

/**
 * The frame of both benchmarks: options, workbench, exit code.
 *
 * @template {{ node: string | undefined }} Options
 * @param {{ readOptions: (args: readonly string[], env: NodeJS.ProcessEnv) => Options, run: (workbench: Workbench, options: Options) => Promise<void> }} bench
 * @returns {Promise<number>} the exit code: 2 when it cannot begin, 130 after Ctrl-C
 */
async function runBench({ readOptions, run }) {
  let options;
  try {
    options = readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    print(process.stderr, error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (process.platform !== 'linux' || !findProgram('wrk')) {
    print(process.stderr, 'The benchmarks need Linux and wrk (apt-get install wrk).');
    return 2;
  }
  try {
    const chosen = options;
    return await withWorkbench(resolveNodeBinary(chosen.node), (workbench) => run(workbench, chosen));
  } catch (error) {
    print(process.stderr, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} text
 */
function print(stream, text) {
  stream.write(`${text}\n`);
}

module.exports = { runBench };
