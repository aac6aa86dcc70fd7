#!/usr/bin/env node
import { runCli } from './cli';
import { followSignals } from './signals';

const signals = followSignals();

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
}).then((code) => {
  // Not process.exit(): what was written to a pipe would be lost.
  process.exitCode = code;
});
