'use strict';

const { cpus, loadavg, release } = require('node:os');

/** A machine with more work than this beside ours gives figures to throw away. */
const QUIET_LOAD = 0.5;

/**
 * What whoever reads the figures has to know about where they come from.
 *
 * @param {import('../processes/workbench').Workbench} workbench
 * @returns {string}
 */
function describeMachine({ cores, node }) {
  const [load = 0] = loadavg();
  const lines = [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Linux ${release()}, Node ${node.version}.`,
  ];
  if (!cores) {
    lines.push('Nothing is held to a core (taskset or a second core is missing): only rough comparisons.');
  } else if (cores.shared) {
    lines.push(
      `A subject has core ${cores.subject} to itself; the load, and an upstream, share core ${cores.load}. A subject below ~100 % of`,
      'its core waited for that one: its requests/s and latencies are the load’s, its CPU a request is its own.',
    );
  } else {
    lines.push(
      `A subject has core ${cores.subject} to itself, an upstream core ${cores.upstream}, the load core(s) ${cores.load}.`,
    );
  }
  if (load > QUIET_LOAD)
    lines.push(`The machine was busy before we began (load average ${load.toFixed(2)}): measure again.`);
  return lines.join('\n');
}

module.exports = { describeMachine };
