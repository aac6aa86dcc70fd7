'use strict';

/** `node http-proxy-middleware.js <port> <upstream origin>`, without Express, which would only cost it time. */
const { Agent, createServer } = require('node:http');
const { createProxyMiddleware } = require('http-proxy-middleware');
const { PREFIX } = require('../../cases');

const [, , port, target] = process.argv;

const proxy = createProxyMiddleware({
  target,
  pathFilter: PREFIX,
  xfwd: true,
  agent: new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256 }),
});
const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  void proxy(request, response, () => response.writeHead(404).end());
});
server.listen(Number(port), '127.0.0.1');
