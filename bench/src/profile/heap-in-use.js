'use strict';

const { setTimeout: delay } = require('node:timers/promises');
const { request, WebSocket } = require('undici');
const { within } = require('../load/within');

const LIMIT_MS = 10_000;

/** For two collections of a large heap on a busy machine. A process that has ended never answers. */
const ANSWER_LIMIT_MS = 60_000;

/**
 * What a Node process holds in its heap once everything that is garbage has gone: asked through its inspector, which
 * SIGUSR1 opens (https://nodejs.org/api/debugger.html), so that a process that is not asked runs without one.
 *
 * @param {number} pid
 * @param {number} inspectorPort what the process was started with, `--inspect-port`
 * @returns {Promise<number>} bytes, buffers outside the heap included
 */
async function heapInUse(pid, inspectorPort) {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorAddress(inspectorPort));
  try {
    return await within(ANSWER_LIMIT_MS, heapBehind(socket), 'the inspector does not answer');
  } finally {
    socket.close();
  }
}

/** @param {WebSocket} socket */
async function heapBehind(socket) {
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(undefined));
    socket.addEventListener('error', () => reject(new Error('the inspector refuses connections')));
  });
  // What weak references keep is garbage for the second one only.
  await ask(socket, 1, 'HeapProfiler.collectGarbage');
  await ask(socket, 2, 'HeapProfiler.collectGarbage');
  const usage = await ask(socket, 3, 'Runtime.getHeapUsage');
  return Number(usage['usedSize']) + Number(usage['backingStorageSize'] ?? 0);
}

/** @param {number} port */
async function inspectorAddress(port) {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      const { body } = await request(`http://127.0.0.1:${port}/json/list`);
      const [target] = /** @type {{ webSocketDebuggerUrl: string }[]} */ (await body.json());
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(50);
  }
}

/**
 * @param {WebSocket} socket
 * @param {number} id
 * @param {string} method of the Chrome DevTools protocol
 * @returns {Promise<Record<string, unknown>>}
 */
function ask(socket, id, method) {
  return new Promise((resolve, reject) => {
    const listen = (/** @type {{ data: unknown }} */ { data }) => {
      const answer = JSON.parse(String(data));
      if (answer.id !== id) return;
      socket.removeEventListener('message', listen);
      if (answer.result) resolve(answer.result);
      else reject(new Error(`${method}: ${String(data)}`));
    };
    socket.addEventListener('message', listen);
    socket.send(JSON.stringify({ id, method }));
  });
}

module.exports = { heapInUse };
