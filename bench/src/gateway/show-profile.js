'use strict';

const { mkdirSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { freePort } = require('../processes/free-port');
const { selfTimes } = require('../profile/self-time');
const { renderTable } = require('../report/render-table');
const { rollcall } = require('./peers/rollcall');
const { trafficOf } = require('./traffic');

const SHOWN = 25;

/**
 * Runs our gateway under V8's profiler and load, and prints the functions that it spends its time in.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {import('./cases').Case} testCase
 * @param {Pick<import('./options').GatewayBenchOptions, 'connections' | 'seconds' | 'warmUpSeconds'> & Pick<import('./peers/peer').PeerSite, 'upstream' | 'registryUrl' | 'certificates' | 'settings'>} options
 */
async function showProfile(workbench, testCase, { connections, seconds, warmUpSeconds, ...site }) {
  const folder = join(workbench.folder, 'profile');
  mkdirSync(folder);

  const port = await freePort();
  const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const gateway = await rollcall.start({ workbench, port, wire: testCase.wire, nodeArgs, ...site });
  const traffic = trafficOf(workbench, testCase, { port, connections, ca: site.certificates.ca });
  await traffic.untilServed(gateway);
  await traffic.drive(warmUpSeconds);
  const from = monotonicMicros();
  const report = await traffic.drive(seconds);
  const to = monotonicMicros();
  // The profile is written as the process exits.
  await gateway.stop();

  const [file] = readdirSync(folder);
  if (!file) throw new Error('the gateway left no profile: it was killed instead of ending by itself');
  const times = selfTimes(JSON.parse(readFileSync(join(folder, file), 'utf8')), { from, to });
  process.stdout.write(
    `${testCase.title}: ${report.requests} requests in ${seconds} s, under the profiler, with Node ${workbench.node.version}\n\n` +
      renderTable(
        [{ title: 'self time' }, { title: 'function', align: 'left' }, { title: 'where', align: 'left' }],
        times.slice(0, SHOWN).map(({ name, place, share }) => [`${(share * 100).toFixed(1)} %`, name, place]),
      ) +
      '\n',
  );
}

/** @returns {number} now, on the clock that V8 stamps profiles with */
function monotonicMicros() {
  return Number(process.hrtime.bigint() / 1_000n);
}

module.exports = { showProfile };
