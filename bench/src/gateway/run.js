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
const { startUpstream } = require('./upstream');

/** @typedef {import('../processes/workbench').Workbench} Workbench */
/** @typedef {import('./options').GatewayBenchOptions} GatewayBenchOptions */

/**
 * Prints one table a case.
 *
 * @param {Workbench} workbench
 * @param {GatewayBenchOptions} options
 */
async function runGatewayBench(workbench, options) {
  const present = options.peers.filter(({ missing }) => missing() === undefined);
  const upstream = await startUpstream(workbench);
  const registryUrl = present.includes(rollcall)
    ? await startCatalog(workbench, { upstream, services: options.services })
    : undefined;
  const site = { upstream, registryUrl };
  if (options.profile && registryUrl) return showProfile(workbench, { ...options, ...site });

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
    const results = await interleave(present, options.rounds, testCase.title, (peer) =>
      measure(workbench, { ...options, ...site, peer, case: testCase }),
    );
    progress('');
    say(`\n### ${testCase.title}\n\n${comparisonTable(compare(results, rollcall.title))}`);
  }
}

module.exports = { runGatewayBench };
