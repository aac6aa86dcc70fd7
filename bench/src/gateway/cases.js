'use strict';

/** @typedef {import('../load/wrk').LoadRequest} LoadRequest */
/**
 * What is spoken with callers, and with the instance: HTTP/1.1 both times · HTTP/2 over TLS, and HTTP/1.1 · HTTP/2
 * without TLS both times · HTTP/1.1, and HTTP/1.1 over TLS with a certificate on either side.
 *
 * @typedef {'http1' | 'h2' | 'grpc' | 'mtls'} Wire
 */
/**
 * @typedef {object} Case
 * @property {string} id for --cases
 * @property {string} title
 * @property {Wire} wire
 * @property {LoadRequest} request
 * @property {number} bytes of the answer's body
 * @property {number} idleConnections open and silent while the others work
 * @property {number} slowReaders that ask for `SLOW_PATH` and take it slowly while the others work
 * @property {boolean} [bearsToken] each request has a token, which our gateway verifies, beside itself with a route that needs none: peers do not
 *   take part
 * @property {number} [services] that our gateway knows, beside itself with one: peers do not take part
 */

/** What the proxies route by; everything else is none of theirs. */
const PREFIX = '/bench';

const SMALL_BODY = '{"message":"Hello from the Service!"}';

/** @type {{ id: string, bytes: number }[]} */
const FILES = [
  { id: '10k', bytes: 10 * 1024 },
  { id: '1m', bytes: 1024 * 1024 },
];

/** Longer than what the system keeps between proxy and reader. */
const SLOW_FILE = { id: '16m', bytes: 16 * 1024 * 1024 };
const SLOW_PATH = `${PREFIX}/files/${SLOW_FILE.id}`;

/** A message of gRPC (its length in front), as long as the small body. */
const GRPC_MESSAGE = `\0\0\0\0\x20${'x'.repeat(0x20)}`;

const SMALL_GET = {
  wire: /** @type {const} */ ('http1'),
  request: { method: /** @type {const} */ ('GET'), path: `${PREFIX}/small` },
  bytes: SMALL_BODY.length,
  idleConnections: 0,
  slowReaders: 0,
};

/** @type {readonly Case[]} */
const CASES = [
  { ...SMALL_GET, id: 'get-37', title: `GET, ${SMALL_BODY.length} B` },
  {
    ...SMALL_GET,
    id: 'services-1000',
    title: `GET, ${SMALL_BODY.length} B, one service of 1,000`,
    services: 1_000,
  },
  { ...SMALL_GET, id: 'jwt', title: `GET, ${SMALL_BODY.length} B, with a token`, bearsToken: true },
  ...FILES.map(({ id, bytes }) => ({
    id: `get-${id}`,
    title: `GET, ${bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 1024} KiB`}`,
    wire: /** @type {const} */ ('http1'),
    request: { method: /** @type {const} */ ('GET'), path: `${PREFIX}/files/${id}` },
    bytes,
    idleConnections: 0,
    slowReaders: 0,
  })),
  {
    ...SMALL_GET,
    id: 'post-1k',
    title: 'POST of 1 KiB',
    request: {
      method: 'POST',
      path: `${PREFIX}/small`,
      body: JSON.stringify({ text: 'x'.repeat(1024 - 11) }),
    },
  },
  {
    ...SMALL_GET,
    id: 'idle-1000',
    title: `GET, ${SMALL_BODY.length} B, beside 1,000 idle connections`,
    idleConnections: 1_000,
  },
  {
    ...SMALL_GET,
    id: 'slow-64',
    title: `GET, ${SMALL_BODY.length} B, beside 64 callers who take 16 MiB slowly`,
    slowReaders: 64,
  },
  { ...SMALL_GET, id: 'h2', title: `GET, ${SMALL_BODY.length} B, by HTTP/2 over TLS`, wire: 'h2' },
  {
    ...SMALL_GET,
    id: 'grpc',
    title: `gRPC, unary, messages of ${GRPC_MESSAGE.length - 5} B`,
    wire: 'grpc',
    bytes: GRPC_MESSAGE.length,
    request: {
      method: 'POST',
      path: `${PREFIX}/Unary`,
      headers: { 'content-type': 'application/grpc', te: 'trailers' },
      body: GRPC_MESSAGE,
    },
  },
  {
    ...SMALL_GET,
    id: 'mtls',
    title: `GET, ${SMALL_BODY.length} B, from an instance that asks for a certificate`,
    wire: 'mtls',
  },
];

module.exports = { CASES, FILES: [...FILES, SLOW_FILE], GRPC_MESSAGE, PREFIX, SLOW_PATH, SMALL_BODY };
