'use strict';

const { connect } = require('node:net');

/**
 * @typedef {object} IdleConnections
 * @property {() => number} open how many the server has not closed
 * @property {() => void} close
 */

/**
 * Opens keep-alive connections that each asked once and are silent since, as browsers and pools leave them.
 *
 * @param {{ port: number, path: string, count: number }} options
 * @returns {Promise<IdleConnections>}
 */
async function openIdleConnections({ port, path, count }) {
  const sockets = new Set();
  for (let opened = 0; opened < count; opened++) {
    const socket = connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    await new Promise((resolve) => {
      socket.once('data', resolve);
      socket.once('close', resolve);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    });
  }
  return {
    open: () => sockets.size,
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

module.exports = { openIdleConnections };
