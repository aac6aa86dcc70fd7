'use strict';

const { parseArgs } = require('node:util');
const { positiveNumber } = require('../cli/argument');

const USAGE = `npm run bench:registry -- [options]
  --sizes <list>          instances registered (1000,10000,100000)
  --rounds <n>            how often each is measured (3); sizes of 100000 and more once
  --seconds <n>           of load a measurement (4)
  --warm-up <n>           seconds of load before it (2)
  --connections <n>       that drive the load (64)
  --fill <n>              seconds to register them all in (180); then it is measured with as many as there are
  --subscribers <n>       of the fan-out (200)
  --announcements <n>     registrations that they are told of, a round (200)
  --node <major|path>     the Node for our registry: 24 is fetched from npm ($NODE_BIN, or this one)`;

/**
 * @typedef {object} RegistryBenchOptions
 * @property {readonly number[]} sizes
 * @property {number} rounds
 * @property {number} seconds
 * @property {number} warmUpSeconds
 * @property {number} connections
 * @property {number} fillSeconds
 * @property {number} subscribers
 * @property {number} announcements
 * @property {string | undefined} node
 */

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {RegistryBenchOptions} throws what is wrong with them
 */
function readOptions(args, env) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '1000,10000,100000' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
      'warm-up': { type: 'string', default: '2' },
      connections: { type: 'string', default: '64' },
      fill: { type: 'string', default: '180' },
      subscribers: { type: 'string', default: '200' },
      announcements: { type: 'string', default: '200' },
      node: { type: 'string' },
    },
  });
  return {
    sizes: values.sizes.split(',').map((size) => positiveNumber('--sizes', size)),
    rounds: positiveNumber('--rounds', values.rounds),
    seconds: positiveNumber('--seconds', values.seconds),
    warmUpSeconds: positiveNumber('--warm-up', values['warm-up']),
    connections: positiveNumber('--connections', values.connections),
    fillSeconds: positiveNumber('--fill', values.fill),
    subscribers: positiveNumber('--subscribers', values.subscribers),
    announcements: positiveNumber('--announcements', values.announcements),
    node: values.node ?? env['NODE_BIN'],
  };
}

module.exports = { USAGE, readOptions };
