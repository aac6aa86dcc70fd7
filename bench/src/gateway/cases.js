'use strict';

/** @typedef {import('../load/wrk').LoadRequest} LoadRequest */
/**
 * @typedef {object} Case
 * @property {string} id for --cases
 * @property {string} title
 * @property {LoadRequest} request
 * @property {number} bytes of the answer's body
 * @property {number} idleConnections open and silent while the others work
 */

/** What the proxies route by; everything else is none of theirs. */
const PREFIX = '/bench';

const SMALL_BODY = '{"message":"Hello from the Service!"}';

/** @type {{ id: string, bytes: number }[]} */
const FILES = [
  { id: '10k', bytes: 10 * 1024 },
  { id: '1m', bytes: 1024 * 1024 },
];

/** @type {readonly Case[]} */
const CASES = [
  {
    id: 'get-37',
    title: `GET, ${SMALL_BODY.length} B`,
    request: { method: 'GET', path: `${PREFIX}/small` },
    bytes: SMALL_BODY.length,
    idleConnections: 0,
  },
  ...FILES.map(({ id, bytes }) => ({
    id: `get-${id}`,
    title: `GET, ${bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 1024} KiB`}`,
    request: { method: /** @type {const} */ ('GET'), path: `${PREFIX}/files/${id}` },
    bytes,
    idleConnections: 0,
  })),
  {
    id: 'post-1k',
    title: 'POST of 1 KiB',
    request: {
      method: 'POST',
      path: `${PREFIX}/small`,
      body: JSON.stringify({ text: 'x'.repeat(1024 - 11) }),
    },
    bytes: SMALL_BODY.length,
    idleConnections: 0,
  },
  {
    id: 'idle-1000',
    title: `GET, ${SMALL_BODY.length} B, beside 1,000 idle connections`,
    request: { method: 'GET', path: `${PREFIX}/small` },
    bytes: SMALL_BODY.length,
    idleConnections: 1_000,
  },
];

module.exports = { CASES, FILES, PREFIX, SMALL_BODY };
