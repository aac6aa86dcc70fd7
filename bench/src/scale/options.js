'use strict';

const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { positiveNumber } = require('../cli/argument');
const { rollcall, rollcallIn } = require('../gateway/peers/rollcall');
const {
  rollcall: rollcallRegistry,
  rollcallIn: rollcallRegistryIn,
} = require('../registry/contenders/rollcall');

const HERE = join(__dirname, '../../..');

const USAGE = `npm run bench:scale -- [options]
  --sizes <list>       routes that the gateway knows (1000,10000)
  --instances <list>   that the registry lists while watchers are told of changes (1000,10000,50000)
  --seconds <n>        of load a measurement (5)
  --against <folder>   another checkout of this repository, built, to be measured beside this one
  --node <major|path>  the Node for ours: 24 is fetched from npm ($NODE_BIN, or this one)`;

/** @typedef {{ root: string, gateway: import('../gateway/peers/peer').Peer, registry: import('../registry/contenders/contender').Contender }} Checkout */
/**
 * @typedef {object} ScaleBenchOptions
 * @property {readonly number[]} sizes
 * @property {readonly number[]} instances
 * @property {number} seconds
 * @property {readonly Checkout[]} checkouts
 * @property {string | undefined} node
 */

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {ScaleBenchOptions} throws what is wrong with them
 */
function readOptions(args, env) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '1000,10000' },
      instances: { type: 'string', default: '1000,10000,50000' },
      seconds: { type: 'string', default: '5' },
      against: { type: 'string' },
      node: { type: 'string' },
    },
  });
  const { against } = values;
  const sizes = (/** @type {string} */ option, /** @type {string} */ list) =>
    list.split(',').map((size) => positiveNumber(option, size));
  return {
    sizes: sizes('--sizes', values.sizes),
    instances: sizes('--instances', values.instances),
    seconds: positiveNumber('--seconds', values.seconds),
    checkouts: [
      { root: HERE, gateway: rollcall, registry: rollcallRegistry },
      ...(against === undefined
        ? []
        : [{ root: against, gateway: rollcallIn(against), registry: rollcallRegistryIn(against) }]),
    ],
    node: values.node ?? env['NODE_BIN'],
  };
}

module.exports = { USAGE, readOptions };
