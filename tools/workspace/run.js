'use strict';

const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

/**
 * Runs a command to its end. Without `onLine` its output goes where ours goes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined, onLine?: (line: string) => void }} options
 * @returns {Promise<void>} rejects when it cannot start or its exit code is not 0
 */
async function run(command, args, { cwd, env = process.env, signal, onLine }) {
  const child = spawn(command, args, {
    cwd,
    env,
    signal,
    stdio: ['ignore', onLine ? 'pipe' : 'inherit', onLine ? 'pipe' : 'inherit'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream && onLine) createInterface({ input: stream }).on('line', onLine);
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, exitSignal) => resolve(exitSignal ?? exitCode));
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

module.exports = { run };
