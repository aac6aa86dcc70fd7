'use strict';

const { get } = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

/** @typedef {import('./pinned-process').PinnedProcess} PinnedProcess */
/** @typedef {{ status: number, body: string }} Answer status 0 when there was none */

const POLL_MS = 10;
const LIMIT_MS = 20_000;
const ANSWER_MS = 2_000;

/**
 * Waits until a URL answers 200, and says what came back: a benchmark of error pages would be a fast one.
 *
 * @param {string} url
 * @param {PinnedProcess} child that is to answer; when it ends, so does the waiting
 * @param {{ limitMs?: number, ask?: () => Promise<Answer> }} [options] `ask`: by default a GET of HTTP/1.1
 * @returns {Promise<string>} the body
 */
async function untilAnswering(url, child, { limitMs = LIMIT_MS, ask = () => askHttp1(url) } = {}) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const failure = child.failure();
    if (failure) throw new Error(`${child.name} ${failure}`);
    const answer = await ask();
    if (answer.status === 200) return answer.body;
    if (performance.now() > deadline) {
      throw new Error(`${child.name} does not serve ${url}: ${answer.status} ${answer.body.slice(0, 300)}`);
    }
    await delay(POLL_MS);
  }
}

/**
 * @param {string} url
 * @param {Readonly<Record<string, string>>} [headers]
 * @returns {Promise<Answer>}
 */
function askHttp1(url, headers = {}) {
  return new Promise((resolve) => {
    const fail = (/** @type {Error} */ error) => resolve({ status: 0, body: error.message });
    const request = get(url, { agent: false, timeout: ANSWER_MS, headers }, (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', fail);
    });
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', fail);
  });
}

module.exports = { untilAnswering, askHttp1 };
