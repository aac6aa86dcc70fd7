'use strict';

/**
 * Preloaded (`node -r`) into what is started by `startChild`: it does not outlive whoever started it. Nothing is ever
 * written to its standard input, so the end of that says that the process at the other end is gone, however it ended,
 * SIGKILL included. Then it stops as if it had been told to, and at once where that takes too long.
 */
const { fstatSync } = require('node:fs');
const { Socket } = require('node:net');
const { isMainThread } = require('node:worker_threads');

const STOP_TIMEOUT_MS = 20_000;

// What it starts in turn is preloaded too, and may have another input.
if (isMainThread && fstatSync(0).isSocket()) {
  const launcher = new Socket({ fd: 0, readable: true, writable: false });
  launcher.on('error', () => undefined);
  launcher.once('close', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  launcher.resume();
  launcher.unref();
}
