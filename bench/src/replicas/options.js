'use strict';

const { parseArgs } = require('node:util');
const { positiveNumber } = require('../cli/argument');

const USAGE = `npm run bench:replicas -- [options]
  --instances <n>         registered, and heard from every 10 s (10000)
  --seconds <n>           of heartbeats that are measured (30)
  --subscribers <n>       of one registry, that are told what the other has registered (200)
  --announcements <n>     registrations that they are told of (200)
  --node <major|path>     the Node for our registries: 24 is fetched from npm ($NODE_BIN, or this one)`;

/**
 * @typedef {object} ReplicasBenchOptions
 * @property {number} instances
 * @property {number} seconds
 * @property {number} subscribers
 * @property {number} announcements
 * @property {string | undefined} node
 */

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {ReplicasBenchOptions} throws what is wrong with them
 */
function readOptions(args, env) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      instances: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '30' },
      subscribers: { type: 'string', default: '200' },
      announcements: { type: 'string', default: '200' },
      node: { type: 'string' },
    },
  });
  return {
    instances: positiveNumber('--instances', values.instances),
    seconds: positiveNumber('--seconds', values.seconds),
    subscribers: positiveNumber('--subscribers', values.subscribers),
    announcements: positiveNumber('--announcements', values.announcements),
    node: values.node ?? env['NODE_BIN'],
  };
}

module.exports = { USAGE, readOptions };
