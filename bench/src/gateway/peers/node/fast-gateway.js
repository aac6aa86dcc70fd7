'use strict';

/** `node fast-gateway.js <port> <upstream origin>`; it adds X-Forwarded-Host and no other forwarded header. */
const gateway = require('fast-gateway');
const { PREFIX } = require('../../cases');

const [, , port, target = ''] = process.argv;

const server = gateway({
  routes: [{ prefix: PREFIX, prefixRewrite: PREFIX, target, proxyConfig: { keepAliveMsecs: 60_000 } }],
}).getServer();
server.keepAliveTimeout = 75_000;
server.listen(Number(port), '127.0.0.1');
