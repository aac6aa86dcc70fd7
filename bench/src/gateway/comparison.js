'use strict';

const { median } = require('../report/median');

/** @typedef {import('./measure').Measurement} Measurement */
/** @typedef {{ title: string, rounds: readonly Measurement[] }} PeerRounds one entry a round, in their order */
/**
 * @typedef {object} ComparisonRow
 * @property {string} title
 * @property {Measurement} medians
 * @property {number} cpuRatio our CPU a request to theirs
 */

/**
 * Sets what was measured of one case side by side. A ratio is taken within each round and then the median of those,
 * so that a slow minute of the machine, which slows both, does not count.
 *
 * @param {readonly PeerRounds[]} peers
 * @param {string} own title of the one whose CPU is divided by the others'
 * @returns {ComparisonRow[]}
 */
function compare(peers, own) {
  const ours = peers.find(({ title }) => title === own);
  return peers.map(({ title, rounds }) => ({
    title,
    medians: {
      requestsPerSecond: medianOf(rounds, 'requestsPerSecond'),
      cpuMicros: medianOf(rounds, 'cpuMicros'),
      busy: medianOf(rounds, 'busy'),
      p50Ms: medianOf(rounds, 'p50Ms'),
      p99Ms: medianOf(rounds, 'p99Ms'),
      rssBytes: medianOf(rounds, 'rssBytes'),
      // A failure in any round is one too many to be hidden by a median.
      failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
      connectionsLost: rounds.reduce((sum, { connectionsLost }) => sum + connectionsLost, 0),
    },
    cpuRatio: ours ? pairedRatio(ours.rounds, rounds) : Number.NaN,
  }));
}

/**
 * @param {readonly Measurement[]} rounds
 * @param {keyof Measurement} figure
 */
function medianOf(rounds, figure) {
  return median(rounds.map((round) => round[figure]));
}

/**
 * @param {readonly Measurement[]} ours
 * @param {readonly Measurement[]} theirs
 */
function pairedRatio(ours, theirs) {
  return median(ours.map(({ cpuMicros }, round) => cpuMicros / (theirs[round]?.cpuMicros ?? Number.NaN)));
}

module.exports = { compare };
