'use strict';

const { execFileSync } = require('node:child_process');
const { findProgram } = require('../machine/find-program');
const { resolveNodeBinary } = require('../machine/node-binary');
const { withWorkbench } = require('../processes/workbench');

/** @typedef {import('../processes/workbench').Workbench} Workbench */

/**
 * The frame of both benchmarks: options, workbench, exit code.
 *
 * @template {{ node: string | undefined }} Options
 * @param {{ usage: string, readOptions: (args: readonly string[], env: NodeJS.ProcessEnv) => Options, run: (workbench: Workbench, options: Options) => Promise<void> }} bench
 * @returns {Promise<number>} the exit code: 2 when it cannot begin, 130 after Ctrl-C
 */
async function runBench({ usage, readOptions, run }) {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    print(process.stdout, usage);
    return 0;
  }
  let options;
  try {
    options = readOptions(args, process.env);
  } catch (error) {
    print(process.stderr, `${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (process.platform !== 'linux' || !findProgram('wrk')) {
    print(process.stderr, 'The benchmarks need Linux and wrk (apt-get install wrk).');
    return 2;
  }
  try {
    const chosen = options;
    return await withWorkbench(resolveNodeBinary(chosen.node), (workbench) => {
      keepOffSubject(workbench);
      return run(workbench, chosen);
    });
  } catch (error) {
    print(process.stderr, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

/**
 * What this process does itself (idle connections, subscribers) is load, and must not run beside what is measured.
 *
 * @param {Workbench} workbench
 */
function keepOffSubject({ cores }) {
  if (cores)
    execFileSync('taskset', ['-a', '-c', '-p', cores.load, String(process.pid)], { stdio: 'ignore' });
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} text
 */
function print(stream, text) {
  stream.write(`${text}\n`);
}

module.exports = { runBench };
