'use strict';

const { createServer } = require('node:net');

/** @returns {Promise<number>} a port on 127.0.0.1 that nobody listens on right now */
async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

module.exports = { freePort };
