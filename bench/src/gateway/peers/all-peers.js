'use strict';

const { caddy } = require('./caddy');
const { haproxy } = require('./haproxy');
const { nginx } = require('./nginx');
const { nodePeer } = require('./node-peer');
const { rollcall } = require('./rollcall');

/** Who is measured, ourselves first: the ratios are ours to theirs. */
const ALL_PEERS = [
  rollcall,
  nodePeer({ id: 'fastify-http-proxy', title: '@fastify/http-proxy' }),
  nodePeer({ id: 'http-proxy-middleware', title: 'http-proxy-middleware' }),
  nodePeer({ id: 'fast-gateway', title: 'fast-gateway' }),
  caddy,
  haproxy,
  nginx,
];

/** Takes part by `--floor` only: nobody would use it. */
const BARE_NODE = nodePeer({ id: 'bare-node', title: 'node:http' });

module.exports = { ALL_PEERS, BARE_NODE };
