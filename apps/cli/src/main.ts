#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { runCli } from './cli';
import { followSignals } from './signals';

const signals = followSignals(process.env);

// `rollcall events | head`: the reader has what it wanted.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });

void runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: signals.interrupted,
  takeSignals: signals.take,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
}).then((code) => {
  // Not process.exit(): what was written to a pipe would be lost.
  process.exitCode = code;
});

/** On standard error, since the answer of the command may go elsewhere. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal: signals.interrupted });
  } finally {
    terminal.close();
  }
}
