'use strict';

const { request } = require('undici');

/**
 * @typedef {object} Subscriber
 * @property {(sign: string) => Promise<void>} reads resolves once the stream has said this, from now on
 * @property {() => void} close
 */

/**
 * Follows a stream as far as a benchmark needs: whether a text has come by. It is told the whole catalog first, and
 * is there when `synced` has been read.
 *
 * @param {string} origin
 * @param {import('./contenders/contender').WatchRequest} watch
 * @param {import('undici').Dispatcher} dispatcher
 * @returns {Promise<Subscriber>}
 */
async function subscribe(origin, { method, path, body, headers = {} }, dispatcher) {
  const { statusCode, body: stream } = await request(origin + path, {
    method,
    dispatcher,
    body: body ?? null,
    headers,
    headersTimeout: 10_000,
    bodyTimeout: 0,
  });
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${await stream.text()}`);

  /** @type {{ sign: string, found: () => void } | undefined} */
  let expected;
  let tail = '';
  stream.setEncoding('latin1');
  stream.on('error', () => undefined);
  stream.on('data', (/** @type {string} */ chunk) => {
    if (!expected) return;
    const text = tail + chunk;
    if (text.includes(expected.sign)) expected.found();
    // A sign may come in two chunks.
    tail = text.slice(1 - expected.sign.length);
  });

  return {
    reads: (sign) =>
      new Promise((resolve) => {
        tail = '';
        expected = { sign, found: resolve };
      }),
    close: () => void stream.destroy(),
  };
}

module.exports = { subscribe };
