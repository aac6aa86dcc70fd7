'use strict';

const { interleave } = require('../cli/interleave');
const { progress, say } = require('../cli/terminal');
const { describeMachine } = require('../report/describe-machine');
const { ALL_CONTENDERS } = require('./contenders/all-contenders');
const { openHome } = require('./home');
const { measureFanOut } = require('./measure-fan-out');
const { measureSize } = require('./measure-size');
const { fanOutTable, sizeTable } = require('./tables');

/** @typedef {import('../processes/workbench').Workbench} Workbench */

const FAN_OUT_INSTANCES = 1_000;

/** Filling it takes longer than all the rest: once has to do. */
const ONCE_FROM = 100_000;

/**
 * Prints a table of what heartbeats, discoveries and instances cost by size, and one of the fan-out.
 *
 * @param {Workbench} workbench
 * @param {import('./options').RegistryBenchOptions} options
 */
async function runRegistryBench(workbench, { sizes, rounds, subscribers, announcements, ...load }) {
  const present = ALL_CONTENDERS.filter(({ missing }) => missing() === undefined);
  say(describeMachine(workbench));
  say(
    `${load.connections} connections, ${load.seconds} s a measurement, median of ${rounds} round(s), one at ${ONCE_FROM} instances. Both keep a data folder. Filling one is cut after ${load.fillSeconds} s, and "n of m" says where.`,
  );
  for (const { title, missing } of ALL_CONTENDERS) {
    const why = missing();
    if (why) say(`Without ${title}: ${why}.`);
  }

  const home = await openHome();
  try {
    await measureAll(workbench, present, home.origin, { sizes, rounds, subscribers, announcements, ...load });
  } finally {
    // Open, it would keep this process from its end when a measurement fails or the run is interrupted.
    home.close();
  }
}

/**
 * @param {Workbench} workbench
 * @param {readonly import('./contenders/contender').Contender[]} contenders
 * @param {string} home
 * @param {Omit<import('./options').RegistryBenchOptions, 'node'>} options
 */
async function measureAll(
  workbench,
  contenders,
  home,
  { sizes, rounds, subscribers, announcements, ...load },
) {
  const bySize = [];
  for (const instances of sizes) {
    const measured = await interleave(
      contenders,
      instances >= ONCE_FROM ? 1 : rounds,
      `${instances} instances`,
      (contender) => measureSize(workbench, { contender, home, instances, ...load }),
    );
    bySize.push(...measured.map((result) => ({ ...result, instances })));
  }
  progress('');
  say(`\n${sizeTable(bySize)}`);

  const fanOut = await interleave(contenders, rounds, 'fan-out', (contender) =>
    measureFanOut(workbench, {
      contender,
      home,
      instances: FAN_OUT_INSTANCES,
      subscribers,
      announcements,
    }),
  );
  progress('');
  say(
    `\nFrom a registration to the last of ${subscribers} subscribers, with ${FAN_OUT_INSTANCES} instances:\n`,
  );
  say(fanOutTable(fanOut));
}

module.exports = { runRegistryBench };
