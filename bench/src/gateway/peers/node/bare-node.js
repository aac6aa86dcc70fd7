'use strict';

/**
 * `node bare-node.js <port> <upstream origin>`: the least that a proxy on Node's own HTTP server costs. It passes a request
 * on and its answer back over kept connections, and leaves out what makes a proxy one that may be used: routes, forwarded
 * and hop-by-hop fields, checks, time-outs, retries, what happens when either side fails or is slow. It takes each head
 * to come in one piece, and each answer to come with its length.
 */
const { createServer } = require('node:http');
const { connect } = require('node:net');

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} Pass */

const [, , port, upstream = ''] = process.argv;
const { hostname, port: upstreamPort } = new URL(upstream);

/** @type {Pass[]} */
const idle = [];

/** @returns {Pass} over a connection of its own, which takes the next one once the answer has ended */
function open() {
  const socket = connect({ host: hostname, port: Number(upstreamPort), noDelay: true });
  /** @type {import('node:http').ServerResponse} */
  let answer;
  let left = 0;

  /** @type {Pass} */
  const pass = (request, response) => {
    answer = response;
    const { method, url, headers, rawHeaders } = request;
    let head = `${method} ${url} HTTP/1.1\r\n`;
    for (let at = 0; at < rawHeaders.length; at += 2) head += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
    socket.write(`${head}\r\n`, 'latin1');
    if (headers['content-length'] !== undefined) request.pipe(socket, { end: false });
  };

  socket.on('data', (bytes) => {
    let body = bytes;
    if (left === 0) {
      const end = bytes.indexOf('\r\n\r\n');
      const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
      const fields = lines.flatMap((line) => {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon);
        if (/^content-length$/i.test(name)) left = Number(line.slice(colon + 1));
        return /^connection$/i.test(name) ? [] : [name, line.slice(colon + 2)];
      });
      answer.writeHead(Number(statusLine.slice(9, 12)), fields);
      body = bytes.subarray(end + 4);
    }
    left -= body.length;
    if (left > 0) {
      answer.write(body);
    } else {
      idle.push(pass);
      answer.end(body);
    }
  });
  return pass;
}

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  (idle.pop() ?? open())(request, response);
});
server.listen(Number(port), '127.0.0.1');
