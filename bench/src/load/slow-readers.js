'use strict';

const { connect } = require('node:net');

/** Between two reads of at most 64 KiB: so slow that no answer ends within a measurement. */
const PAUSE_MS = 250;

/**
 * Opens connections that ask for something long and take it slowly: what a proxy has read and they have not taken is
 * memory of the proxy or of the system.
 *
 * @param {{ port: number, path: string, count: number }} options
 * @returns {Promise<import('./idle-connections').IdleConnections>} once each has had the beginning of its answer
 */
async function openSlowReaders({ port, path, count }) {
  const sockets = new Set();
  await Promise.all(
    Array.from({ length: count }, () => {
      const socket = connect({ port, host: '127.0.0.1' });
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
      socket.on('data', () => {
        socket.pause();
        setTimeout(() => socket.resume(), PAUSE_MS);
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      return new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    }),
  );
  return {
    open: () => sockets.size,
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

module.exports = { openSlowReaders };
