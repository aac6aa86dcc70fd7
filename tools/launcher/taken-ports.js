'use strict';

const { createServer } = require('node:net');

/**
 * Those of the ports that something listens on already.
 *
 * @param {readonly import('./plan').Port[]} ports
 * @param {string} host
 */
async function takenPorts(ports, host) {
  const taken = await Promise.all(ports.map(({ port }) => isTaken(port, host)));
  return ports.filter((_, index) => taken[index]);
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
function isTaken(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

module.exports = { takenPorts };
