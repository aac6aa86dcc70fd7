'use strict';

const { setTimeout: wait } = require('node:timers/promises');
const { answers } = require('./answers');
const { startChild } = require('./child');

const START_TIMEOUT_MS = 60_000;
/** Longer than an app's own drain, so that only an app that hangs is killed. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * @typedef {object} Launcher
 * @property {() => Promise<void>} start resolves when every app is ready and routed to; rejects when one ended
 * @property {() => Promise<void>} stop stops every app in order; resolves when no process is left
 * @property {() => void} kill ends every app at once; a `stop` under way then resolves
 * @property {() => ReadonlyMap<string, number>} pids of the apps that were started, by name
 * @property {Promise<void>} empty resolves once no app is running any more
 */

/**
 * Runs the apps of a plan.
 *
 * @param {import('./plan').Plan} plan
 * @param {object} events
 * @param {(name: string, line: string) => void} events.onLine an app wrote a line
 * @param {(name: string, ending: string) => void} events.onEnded an app ended that was not asked to
 * @param {(names: readonly string[]) => void} events.onStopping these were asked to stop, and are waited for
 * @returns {Launcher}
 */
function createLauncher({ root, startOrder, stopOrder, routedUrls }, { onLine, onEnded, onStopping }) {
  /** @type {Map<string, import('./child').Child>} */
  const children = new Map();
  const starting = new AbortController();
  /** @type {Promise<void> | undefined} */
  let stopped;
  /** @type {() => void} */
  let announceEmpty;
  /** @type {Promise<void>} */
  const empty = new Promise((resolve) => {
    announceEmpty = resolve;
  });

  async function start() {
    const timer = setTimeout(
      () => starting.abort(new Error(`not everything was ready within ${START_TIMEOUT_MS / 1000} s`)),
      START_TIMEOUT_MS,
    );
    try {
      for (const group of startOrder) {
        group.forEach(startApp);
        await Promise.all(group.map(({ readyUrl }) => answers(readyUrl, starting)));
      }
      await Promise.all(routedUrls.map((url) => answers(url, starting)));
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {import('./plan').PlannedApp} app */
  function startApp(app) {
    const { name, main, env } = app;
    const child = startChild({ name, args: ['--enable-source-maps', main], cwd: root, env }, (line) =>
      onLine(name, line),
    );
    children.set(app.name, child);
    void child.exited.then(({ code, signal }) => {
      if (![...children.values()].some((other) => other.isRunning())) announceEmpty();
      if (stopped) return;
      const ending = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      starting.abort(new Error(`${app.name} ${ending}`));
      onEnded(app.name, ending);
    });
  }

  async function stopAll() {
    starting.abort(new Error('stopped while starting'));
    for (const group of stopOrder) {
      const running = group
        .flatMap(({ name }) => children.get(name) ?? [])
        .filter((child) => child.isRunning());
      if (running.length > 0) onStopping(running.map(({ name }) => name));
      await Promise.all(running.map(stopChild));
    }
  }

  return {
    start,
    stop: () => (stopped ??= stopAll()),
    pids: () => new Map([...children].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]]))),
    kill: () => children.forEach((child) => child.kill()),
    empty,
  };
}

/** @param {import('./child').Child} child */
async function stopChild(child) {
  const patience = new AbortController();
  child.terminate();
  const gone = child.exited.then(() => patience.abort());
  await wait(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(child.kill, () => undefined);
  await gone;
}

module.exports = { createLauncher };
