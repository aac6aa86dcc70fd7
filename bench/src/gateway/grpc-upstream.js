'use strict';

/** The instance of the gRPC case: `node grpc-upstream.js <port>`. It answers every call with the same message. */
const { createServer } = require('node:http2');
const { GRPC_MESSAGE } = require('./cases');

const [, , port] = process.argv;
const message = Buffer.from(GRPC_MESSAGE, 'latin1');

const server = createServer();
server.on('stream', (stream) => {
  // A caller may leave in the middle.
  stream.on('error', () => undefined);
  stream.resume().on('end', () => {
    if (stream.destroyed) return;
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(message);
  });
});
server.on('sessionError', () => undefined);
server.listen(Number(port), '127.0.0.1');
