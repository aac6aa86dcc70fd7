'use strict';

const { once } = require('node:events');
const { get } = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');

const POLL_MS = 100;

/**
 * Resolves once the URL answers 2xx.
 *
 * @param {string} url
 * @param {{ signal: AbortSignal }} options ends the waiting; the promise then rejects with its reason
 */
async function answers(url, { signal }) {
  while (!(await isOk(url, signal))) {
    // Aborted timers and requests reject with an error of their own, which does not say why.
    await wait(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * Not by `fetch`, which refuses the ports that browsers refuse, whatever listens there
 * (https://fetch.spec.whatwg.org/#port-blocking: 6000 and 10080 among them).
 *
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function isOk(url, signal) {
  try {
    const request = get(url, { signal });
    /** @type {import('node:http').IncomingMessage[]} */
    const [response] = await once(request, 'response');
    request.destroy();
    const status = response?.statusCode ?? 0;
    return status >= 200 && status < 300;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

module.exports = { answers };
