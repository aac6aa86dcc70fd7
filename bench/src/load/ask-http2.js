'use strict';

const { connect } = require('node:http2');

const ANSWER_MS = 2_000;

/**
 * One request by HTTP/2, as h2load will send it.
 *
 * @param {string} origin
 * @param {import('./wrk').LoadRequest} request
 * @param {string} [ca] PEM of the authority to trust
 * @returns {Promise<{ status: number, body: string }>} status 0 when there was no answer, or one with a bad status of gRPC
 */
function askHttp2(origin, { method, path, headers = {}, body }, ca) {
  return new Promise((resolve) => {
    const session = connect(origin, ca === undefined ? {} : { ca });
    const end = (/** @type {number} */ status, /** @type {string} */ text) => {
      resolve({ status, body: text });
      session.destroy();
    };
    session.on('error', (error) => end(0, error.message));
    session.setTimeout(ANSWER_MS, () => end(0, 'timed out'));
    const stream = session.request({ ':method': method, ':path': path, ...headers });
    let status = 0;
    let text = '';
    /** @type {unknown} */
    let grpcStatus;
    stream.setEncoding('latin1');
    stream.on('response', (fields) => {
      status = Number(fields[':status']);
      grpcStatus = fields['grpc-status'];
    });
    stream.on('trailers', (fields) => (grpcStatus = fields['grpc-status']));
    stream.on('data', (chunk) => (text += chunk));
    stream.on('error', (error) => end(0, error.message));
    stream.on('end', () => {
      const isGrpc = headers['content-type'] === 'application/grpc';
      if (isGrpc && status === 200 && grpcStatus !== '0') end(0, `grpc-status ${grpcStatus}`);
      else end(status, text);
    });
    stream.end(body === undefined ? undefined : Buffer.from(body, 'latin1'));
  });
}

module.exports = { askHttp2 };
