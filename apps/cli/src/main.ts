#!/usr/bin/env node
import { runCli } from './cli';
import { SIGNAL_EXIT } from './exit-codes';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Whoever asks twice does not want to wait.
    if (interruption.signal.aborted) process.exit(SIGNAL_EXIT[signal]);
    interruption.abort(signal);
  });

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
  signal: interruption.signal,
}).then((code) => {
  // Not process.exit(): what was written to a pipe would be lost.
  process.exitCode = code;
});
