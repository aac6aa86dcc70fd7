'use strict';

const { parseArgs } = require('node:util');
const { CASES } = require('./cases');
const { pickListed, positiveNumber } = require('../cli/argument');
const { ALL_PEERS, BARE_NODE } = require('./peers/all-peers');
const { rollcallIn, rollcallTracing, rollcallUnreported } = require('./peers/rollcall');

const USAGE = `npm run bench:gateway -- [options]
  --cases <ids>        of ${CASES.map(({ id }) => id).join(', ')}
  --peers <ids>        of ${ALL_PEERS.map(({ id }) => id).join(', ')}
  --against <folder>   another checkout of this repository, built: its gateway is one more peer
  --traces <url>       a collector (npm run observe -- traces): our gateway with 0.01 and all of the requests traced too
  --unreported         our gateway too beside a registry that wants no load reports: what counting costs
  --floor              a proxy on node:http that leaves out everything it can: what is left to gain on Node
  --rounds <n>         how often each is measured (3)
  --seconds <n>        of load a measurement (5)
  --warm-up <n>        seconds of load before it (3)
  --connections <n>    that drive the load (64)
  --services <n>       services, each with a route and an instance, that our gateway knows (1); services-1000 has both
  --node <major|path>  the Node for ours and for the peers on Node: 24 is fetched from npm ($NODE_BIN, or this one)
  --profile            show instead where our gateway's time goes, in the first of the cases`;

/**
 * @typedef {object} GatewayBenchOptions
 * @property {readonly import('./cases').Case[]} cases
 * @property {readonly import('./peers/peer').Peer[]} peers
 * @property {number} rounds
 * @property {number} seconds
 * @property {number} warmUpSeconds
 * @property {number} connections
 * @property {number} services
 * @property {string | undefined} node
 * @property {boolean} profile
 */

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {GatewayBenchOptions} throws what is wrong with them
 */
function readOptions(args, env) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      peers: { type: 'string' },
      against: { type: 'string' },
      traces: { type: 'string' },
      unreported: { type: 'boolean', default: false },
      floor: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '3' },
      connections: { type: 'string', default: '64' },
      services: { type: 'string', default: '1' },
      node: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  return {
    cases: pickListed('--cases', CASES, values.cases),
    peers: [
      ...pickListed('--peers', ALL_PEERS, values.peers),
      ...(values.against === undefined ? [] : [rollcallIn(values.against)]),
      ...(values.traces === undefined ? [] : rollcallTracing(values.traces)),
      ...(values.unreported ? [rollcallUnreported] : []),
      ...(values.floor ? [BARE_NODE] : []),
    ],
    rounds: positiveNumber('--rounds', values.rounds),
    seconds: positiveNumber('--seconds', values.seconds),
    warmUpSeconds: positiveNumber('--warm-up', values['warm-up']),
    connections: positiveNumber('--connections', values.connections),
    services: positiveNumber('--services', values.services),
    node: values.node ?? env['NODE_BIN'],
    profile: values.profile,
  };
}

module.exports = { USAGE, readOptions };
