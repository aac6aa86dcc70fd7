'use strict';

const { mkdirSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { runWrk } = require('../load/wrk');
const { freePort } = require('../processes/free-port');
const { untilAnswering } = require('../processes/until-answering');
const { selfTimes } = require('../profile/self-time');
const { renderTable } = require('../report/render-table');
const { rollcall } = require('./peers/rollcall');

const SHOWN = 25;

/**
 * Runs our gateway under V8's profiler and load, and prints the functions that it spends its time in.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {Pick<import('./options').GatewayBenchOptions, 'cases' | 'connections' | 'seconds' | 'warmUpSeconds'> & Pick<import('./peers/peer').PeerSite, 'upstream' | 'registryUrl'>} options
 */
async function showProfile(workbench, { cases, connections, seconds, warmUpSeconds, upstream, registryUrl }) {
  const [testCase] = cases;
  if (!testCase) return;
  const folder = join(workbench.folder, 'profile');
  mkdirSync(folder);

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const gateway = await rollcall.start({ workbench, port, upstream, registryUrl, nodeArgs });
  await untilAnswering(origin + testCase.request.path, gateway);
  const wrk = (/** @type {number} */ duration) =>
    runWrk(workbench, { origin, requests: [testCase.request], connections, seconds: duration });
  await wrk(warmUpSeconds);
  const from = monotonicMicros();
  const report = await wrk(seconds);
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
