'use strict';

const { createServer } = require('node:http');

/**
 * One server at which every instance of a fleet is reached: a registry that looks whether somebody is there finds
 * somebody, as it would in life. It runs beside the load.
 *
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
async function openHome() {
  const server = createServer((_request, response) => void response.end());
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

module.exports = { openHome };
