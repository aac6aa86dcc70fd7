'use strict';

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
    // Aborted timers and fetches reject with an error of their own, which does not say why.
    await wait(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function isOk(url, signal) {
  try {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

module.exports = { answers };
