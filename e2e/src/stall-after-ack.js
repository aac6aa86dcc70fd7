'use strict';

/**
 * Preloaded into a process (`node -r`): it stands still as soon as it has written an acknowledgement of a drain, as any
 * process may on a machine that is busy with others.
 */
const { ClientRequest } = require('node:http');

const STALL_MS = 2500;
const { end } = ClientRequest.prototype;

ClientRequest.prototype.end = function endAndStall(...args) {
  if (this.path === '/acks')
    this.once('finish', () => {
      console.log('stalled after an acknowledgement');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
    });
  return end.apply(this, args);
};
