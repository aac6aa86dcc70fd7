'use strict';

const { build } = require('../workspace/build');
const { ensureInstalled } = require('../workspace/install');
const { addressTable } = require('./address-table');
const { listenForEnter } = require('./enter-key');
const { listenForInterruption } = require('./interruption');
const { createLauncher } = require('./launcher');
const { createLogPrefix } = require('./log-prefix');
const { createPaint, wantsColours } = require('./paint');
const { planApps } = require('./plan');
const { takenPorts } = require('./taken-ports');

/**
 * Everything that `npm start` does, until it is told to stop.
 *
 * @param {string} root of the workspace
 * @returns {Promise<number>} exit code
 */
async function start(root) {
  const paint = createPaint(wantsColours(process.stdout, process.env));
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  /** @type {import('./launcher').Launcher | undefined} */
  let launcher;
  const interruption = listenForInterruption({
    onImpatience: () => {
      say('Ended at once, with requests under way.');
      launcher?.kill();
    },
  });
  let stopListening = () => {};

  try {
    const plan = planApps({ env: process.env, root });
    const apps = plan.startOrder.flat();
    await refuseTakenPorts(apps.flatMap(({ ports }) => ports));
    await ensureInstalled({ root, say, signal: interruption.signal });
    await build({ root, say, signal: interruption.signal });

    const names = apps.map(({ name }) => name);
    const prefix = createLogPrefix(names, paint);
    const started = createLauncher(plan, {
      onLine: (name, line) => say(prefix(name, line)),
      onEnded: (name, ending) => say(prefix(name, paint('red', ending))),
      onStopping: (stopping) =>
        say(
          `Stopping ${stopping.join(', ')}: requests under way are finished first. Ctrl-C ends all at once.`,
        ),
    });
    launcher = started;
    await Promise.race([started.start(), interruption.happened]);
    if (interruption.signal.aborted) return 0;

    const showTable = () => say(addressTable(plan, started.pids(), paint));
    showTable();
    stopListening = listenForEnter(process.stdin, showTable);
    await Promise.race([started.empty, interruption.happened]);
    if (interruption.signal.aborted) return 0;
    throw new Error('no app is running any more');
  } catch (error) {
    if (interruption.signal.aborted) return 0;
    process.stderr.write(`${paint('red', `npm start: ${messageOf(error)}`)}\n`);
    return 1;
  } finally {
    stopListening();
    await launcher?.stop();
  }
}

/** @param {readonly import('./plan').Port[]} ports */
async function refuseTakenPorts(ports) {
  const taken = await takenPorts(ports, '127.0.0.1');
  if (taken.length === 0) return;
  throw new Error(
    taken
      .map(({ port, variable }) => `port ${port} is taken: stop what listens there, or set ${variable}`)
      .join('\n'),
  );
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

module.exports = { start };
