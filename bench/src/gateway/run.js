'use strict';

const { interleave } = require('../cli/interleave');
const { progress, say } = require('../cli/terminal');
const { findProgram } = require('../machine/find-program');
const { describeMachine } = require('../report/describe-machine');
const { createCatalogs } = require('./catalog');
const { makeCertificates } = require('./certificates');
const { compare } = require('./comparison');
const { comparisonTable } = require('./comparison-table');
const { measure } = require('./measure');
const { rollcall } = require('./peers/rollcall');
const { showProfile } = require('./show-profile');
const { writeRoutes } = require('./tokens');
const { isByHttp2 } = require('./traffic');
const { createUpstreams } = require('./upstream');

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
  const certificates = await makeCertificates(workbench.folder);
  const upstreams = createUpstreams(workbench, certificates);
  const catalogs = createCatalogs(workbench);
  /**
   * @param {Case} testCase
   * @param {Subject} subject
   */
  const siteOf = async ({ wire }, { peer, services, settings }) => {
    const upstream = await upstreams.of(wire);
    const registryUrl = isOurs(peer)
      ? await catalogs.urlOf({
          upstream,
          services,
          settings: { ...(wire === 'mtls' && probing(certificates)), ...peer.registrySettings },
        })
      : undefined;
    return { upstream, certificates, registryUrl, settings };
  };

  if (options.profile) {
    const [testCase] = options.cases;
    const subject = testCase && subjectsOf(testCase, [rollcall], { ...options, ...workbench })[0];
    if (subject) await showProfile(workbench, testCase, { ...options, ...(await siteOf(testCase, subject)) });
    return;
  }

  say(describeMachine(workbench));
  say(
    `${options.connections} connections, ${options.seconds} s a measurement, median of ${options.rounds} round(s);`,
  );
  say(`"ours to it" is our CPU a request to theirs.`);
  for (const { title, missing } of options.peers) {
    const why = missing();
    if (why) say(`Without ${title}: ${why}.`);
  }

  for (const testCase of options.cases) {
    const why = missingFor(testCase);
    if (why !== undefined) {
      say(`\n### ${testCase.title}\n\nNot measured: ${why}.`);
      continue;
    }
    const { kind } = await upstreams.of(testCase.wire);
    const subjects = subjectsOf(testCase, present, { ...options, ...workbench });
    const results = await interleave(subjects, options.rounds, testCase.title, async (subject) =>
      measure(workbench, {
        ...options,
        ...(await siteOf(testCase, subject)),
        peer: subject.peer,
        case: testCase,
      }),
    );
    progress('');
    say(
      `\n### ${testCase.title}\n\nThe instance: ${kind}.\n\n${comparisonTable(compare(results, rollcall.title))}`,
    );
  }
}

/**
 * @param {Case} testCase
 * @returns {string | undefined} why it cannot be measured here
 */
function missingFor({ wire }) {
  if (isByHttp2(wire) && !findProgram('h2load'))
    return 'h2load is not installed (apt-get install nghttp2-client)';
  if (wire === 'mtls' && !findProgram('nginx')) return 'nginx, its instance, is not installed';
  return undefined;
}

/**
 * @param {import('./certificates').Certificates} certificates
 * @returns {Readonly<Record<string, string>>} settings of a registry that looks whether such an instance is there
 */
function probing({ caFile, certFile, keyFile }) {
  return { PROBE_CA_FILE: caFile, PROBE_CERT_FILE: certFile, PROBE_KEY_FILE: keyFile };
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
  if (testCase.services === undefined)
    return peers
      .filter(({ wires }) => wires.includes(testCase.wire))
      .map((peer) => ({ title: peer.title, peer, services }));
  const most = testCase.services;
  return peers.filter(isOurs).flatMap((peer) => [
    { title: peer.title, peer, services: most },
    { title: `${peer.title}, one service`, peer, services: 1 },
  ]);
}

/** @param {Peer} peer */
function isOurs({ id }) {
  return id.startsWith('rollcall');
}

module.exports = { runGatewayBench, subjectsOf };
