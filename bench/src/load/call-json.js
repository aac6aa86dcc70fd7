'use strict';

const { request } = require('undici');

/**
 * @param {string} url
 * @param {object} body
 * @returns {Promise<Record<string, unknown>>} rejects unless the answer is a 2xx
 */
async function callJson(url, body) {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode > 299) throw new Error(`${url} answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}

module.exports = { callJson };
