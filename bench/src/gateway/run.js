'use strict';

const { interleave } = require('../cli/interleave');
const { progress, say } = require('../cli/terminal');
const { describeMachine } = require('../report/describe-machine');
const { startCatalog } = require('./catalog');
const { compare } = require('./comparison');
const { comparisonTable } = require('./comparison-table');
const { measure } = require('./measure');
const { rollcall } = require('./peers/rollcall');
const { showProfile } = require('./show-profile');
const { writeRoutes } = require('./tokens');
const { startUpstream } = require('./upstream');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('./options').GatewayBenchOptions} GatewayBenchOptions */
/** @typedef {import('./cases').Case} Case */
/** @typedef {import('./peers/peer').Peer} Peer */
/** @typedef {{ title: string, peer: Peer, services: number, settings?: Readonly<Record<string, string>> }} Subject and how many services it knows */

/**
 * Prints one table a case.
 *
 * @param {Workbench} workbench
 * @param {GatewayBenchOptions} options
 */
async function runGatewayBench(workbench, options) {
  const present = options.peers.filter(({ missing }) => missing() === undefined);
  const upstream = await startUpstream(workbench);
  const registries = await startRegistries(workbench, { ...options, peers: present, upstream });
  const registryUrl = registries.get(options.services);
  if (options.profile && registryUrl) return showProfile(workbench, { ...options, upstream, registryUrl });

  say(describeMachine(workbench));
  say(
    `Upstream: ${upstream.kind}. ${options.connections} connections, ${options.seconds} s a measurement, median of`,
  );
  say(`${options.rounds} round(s); "ours to it" is our CPU a request to theirs.`);
  for (const { title, missing } of options.peers) {
    const why = missing();
    if (why) say(`Without ${title}: ${why}.`);
  }

  for (const testCase of options.cases) {
    const subjects = subjectsOf(testCase, present, { services: options.services, folder: workbench.folder });
    const results = await interleave(
      subjects,
      options.rounds,
      testCase.title,
      async ({ peer, services, settings }) =>
        measure(workbench, {
          ...options,
          upstream,
          registryUrl: peer.registrySettings
            ? await startCatalog(workbench, { upstream, services, settings: peer.registrySettings })
            : registries.get(services),
          peer,
          case: testCase,
          settings,
        }),
    );
    progress('');
    say(`\n### ${testCase.title}\n\n${comparisonTable(compare(results, rollcall.title))}`);
  }
}

/**
 * @param {Case} testCase
 * @param {readonly Peer[]} peers
 * @param {{ services: number, folder: string }} options services of the cases that do not say how many
 * @returns {Subject[]} who is measured in it
 */
function subjectsOf(testCase, peers, { services, folder }) {
  if (testCase.bearsToken)
    return peers
      .filter((peer) => peer === rollcall)
      .flatMap((peer) => [
        { title: peer.title, peer, services, settings: { ROUTES_FILE: writeRoutes(folder, 'tokens') } },
        {
          title: `${peer.title}, which needs none`,
          peer,
          services,
          settings: { ROUTES_FILE: writeRoutes(folder, 'open') },
        },
      ]);
  if (testCase.services === undefined) return peers.map((peer) => ({ title: peer.title, peer, services }));
  const most = testCase.services;
  return peers.filter(isOurs).flatMap((peer) => [
    { title: peer.title, peer, services: most },
    { title: `${peer.title}, one service`, peer, services: 1 },
  ]);
}

/**
 * @param {Workbench} workbench
 * @param {Pick<GatewayBenchOptions, 'cases' | 'peers' | 'services'> & { upstream: import('./upstream').Upstream }} options
 * @returns {Promise<Map<number, string>>} a registry for each number of services that one of the cases needs
 */
async function startRegistries(workbench, { cases, peers, services, upstream }) {
  const numbers = new Set(
    cases
      .flatMap((testCase) =>
        subjectsOf(testCase, peers.filter(isOurs), { services, folder: workbench.folder }),
      )
      .map((subject) => subject.services),
  );
  const registries = new Map();
  for (const number of numbers)
    registries.set(number, await startCatalog(workbench, { upstream, services: number }));
  return registries;
}

/** @param {Peer} peer */
function isOurs({ id }) {
  return id.startsWith('rollcall');
}

module.exports = { runGatewayBench, subjectsOf };
