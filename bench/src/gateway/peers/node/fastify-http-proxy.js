'use strict';

/** `node fastify-http-proxy.js <port> <upstream origin>` */
const { default: proxy } = require('@fastify/http-proxy');
const { default: fastify } = require('fastify');
const { PREFIX } = require('../../cases');

const [, , port, upstream = ''] = process.argv;

const app = fastify({ logger: false, keepAliveTimeout: 75_000 });
app.register(proxy, {
  upstream,
  prefix: PREFIX,
  rewritePrefix: PREFIX,
  undici: { connections: 256, pipelining: 1, keepAliveTimeout: 60_000 },
});
app.listen({ port: Number(port), host: '127.0.0.1' });
