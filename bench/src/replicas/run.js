'use strict';

const { progress, say } = require('../cli/terminal');
const { findProgram } = require('../machine/find-program');
const { rollcall } = require('../registry/contenders/rollcall');
const { openHome } = require('../registry/home');
const { measureFanOut } = require('../registry/measure-fan-out');
const { describeMachine } = require('../report/describe-machine');
const { measureHeartbeats } = require('./measure-heartbeats');
const { replicaPair } = require('./pair-contender');
const { costTable, fanOutTable } = require('./tables');

/**
 * Prints a table of what heartbeats cost each process, and one of how soon the other replica's subscribers know of a
 * registration.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @param {import('./options').ReplicasBenchOptions} options
 */
async function runReplicasBench(workbench, { instances, seconds, subscribers, announcements }) {
  const missing = rollcall.missing() ?? (findProgram('etcd') ? undefined : 'etcd is not installed');
  if (missing !== undefined) throw new Error(missing);
  say(describeMachine(workbench));
  const home = await openHome();
  try {
    progress(`heartbeats of ${instances} instances`);
    const cost = await measureHeartbeats(workbench, { home: home.origin, instances, seconds });
    progress('');
    say(`\n${costTable({ instances, seconds, ...cost })}`);

    progress(`${subscribers} subscribers at the other replica`);
    const fanOut = await measureFanOut(workbench, {
      contender: replicaPair,
      home: home.origin,
      instances,
      subscribers,
      announcements,
    });
    progress('');
    say(`\n${fanOutTable({ instances, subscribers, ...fanOut })}`);
  } finally {
    home.close();
  }
}

module.exports = { runReplicasBench };
