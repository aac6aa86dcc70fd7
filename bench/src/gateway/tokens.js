'use strict';

const { createHmac } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { PREFIX } = require('./cases');

/** @typedef {import('../load/wrk').LoadRequest} LoadRequest */

const ISSUER = 'https://bench.example/';
const SECRET = 'known to everybody who reads this: it guards nothing but a benchmark';

/** Longer than any run. */
const TTL_SECONDS = 86_400;

/** The same with each request, as callers send one until it expires: what is measured is a token that was verified before. */
const TOKEN = signed({
  iss: ISSUER,
  aud: 'bench',
  sub: 'somebody',
  scope: 'read write',
  exp: Math.floor(Date.now() / 1000) + TTL_SECONDS,
});

/** @param {Readonly<Record<string, unknown>>} claims */
function signed(claims) {
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/**
 * @param {LoadRequest} request
 * @returns {LoadRequest}
 */
function withToken(request) {
  return { ...request, authorization: `Bearer ${TOKEN}` };
}

/**
 * A routes file whose one route needs a token, or none.
 *
 * @param {string} folder
 * @param {'tokens' | 'open'} kind
 * @returns {string} its path
 */
function writeRoutes(folder, kind) {
  const route = { path_prefix: PREFIX, service: 'bench' };
  const jwt = {
    issuers: ['bench'],
    audience: ['bench'],
    scopes: ['read'],
    claims_to_headers: { sub: 'X-Forwarded-Subject' },
  };
  const issuer = { name: 'bench', issuer: ISSUER, secret_file: 'secret', algorithms: ['HS256'] };
  const file = join(folder, `routes-${kind}.yaml`);
  writeFileSync(join(folder, 'secret'), SECRET);
  writeFileSync(
    file,
    JSON.stringify(
      kind === 'tokens'
        ? { version: 1, jwt_issuers: [issuer], routes: [{ ...route, jwt }] }
        : { version: 1, routes: [route] },
    ),
  );
  return file;
}

module.exports = { withToken, writeRoutes };
