'use strict';

const { join } = require('node:path');
const { Worker } = require('node:worker_threads');

/** @typedef {{ fault: string } | { compiled: boolean }} Message of the worker: any number of faults, then the end */

/**
 * A compiler that stays, for one project and what it refers to.
 *
 * @param {string} config path of its tsconfig file
 * @param {(fault: string) => void} onFault
 */
function createCompiler(config, onFault) {
  const worker = new Worker(join(__dirname, 'compile-worker.js'), { workerData: { config } });
  /** @type {(compiled: boolean) => void} */
  let end;
  worker.on('message', (/** @type {Message} */ message) => {
    if ('fault' in message) onFault(message.fault);
    else end(message.compiled);
  });

  return {
    /**
     * Not to be called again before it has resolved.
     *
     * @returns {Promise<boolean>} whether it compiles; rejects when the compiler itself fails
     */
    compile() {
      return new Promise((resolve, reject) => {
        end = resolve;
        worker.once('error', reject);
        worker.postMessage('compile');
      });
    },
    async stop() {
      await worker.terminate();
    },
  };
}

module.exports = { createCompiler };
