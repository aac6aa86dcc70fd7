'use strict';

const asyncHooks = require('node:async_hooks');
const perfHooks = require('node:perf_hooks');
const { createContext } = require('node:vm');
const { ModuleMocker } = require('jest-mock');
const { changesSince, takeStock } = require('./stock');

/** Jest ends each suite with a line of clean-up in its context: it may run it here, where nothing is. */
const nowhere = createContext({});

/**
 * What a suite's copies of our modules start in the process, and what would run until it ends: the storages that follow
 * every promise, and what an app measures of its process, a hundred times a second. Each suite, and each app that it
 * starts, has its own; left to run they would make every later suite of the worker slower.
 *
 * @type {Set<{ disable(): unknown } | { disconnect(): unknown }>}
 */
const started = new Set();

/** @extends {asyncHooks.AsyncLocalStorage<any>} */
asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
  /** @param {any[]} options */
  constructor(...options) {
    // @ts-expect-error: it takes options from Node 24 on.
    super(...options);
    started.add(this);
  }
};
perfHooks.PerformanceObserver = class extends perfHooks.PerformanceObserver {
  /** @param {import('node:perf_hooks').PerformanceObserverCallback} callback */
  constructor(callback) {
    super(callback);
    started.add(this);
  }
};
const { monitorEventLoopDelay } = perfHooks;
perfHooks.monitorEventLoopDelay = (options) => {
  const histogram = monitorEventLoopDelay(options);
  started.add(histogram);
  return histogram;
};

const ALONE = '/** @jest-environment node */';

/**
 * The environment of our specs: the worker's own realm, for every suite that the worker runs (ADR 0038). `runtime.js`
 * gives each suite its own copies of this workspace's modules; all of them share those of others. A suite that leaves
 * the process changed fails, since it would change what those after it see.
 *
 * A spec that begins with `ALONE` has a realm, and copies of all modules, for itself.
 */
class SharedRealm {
  /** @param {{ projectConfig: import('@jest/types').Config.ProjectConfig }} config */
  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = { useFakeTimers: refuseFakeTimers };
    this.conditions = config.testEnvironmentOptions['customExportConditions'];
    this.withoutJest = takeStock();
    this.atStart = this.withoutJest;
  }

  async setup() {}

  /** @param {{ name: string }} event */
  handleTestEvent({ name }) {
    // Jest has put its own globals there, and the spec is not loaded yet.
    if (name === 'setup') this.atStart = takeStock();
  }

  /**
   * Loads a module that all suites share. What it sets up while it is loaded stays: it is loaded once a worker.
   *
   * @param {string} path
   * @returns {unknown}
   */
  load(path) {
    if (path in require.cache) return require(path);
    const before = takeStock();
    const exports = require(path);
    for (const { place, key, value } of changesSince(before))
      for (const stock of [this.withoutJest, this.atStart]) stock.get(place)?.set(key, value);
    return exports;
  }

  async teardown() {
    for (const one of started) {
      if ('disable' in one) one.disable();
      else one.disconnect();
    }
    started.clear();
    const sinceStart = new Set(changesSince(this.atStart).map(nameOf));
    const changes = changesSince(this.withoutJest).filter(
      // Under symbols Node and modules of others keep what there is once a process, made when it is first needed: the
      // connections of fetch, for one.
      (change) => typeof change.key === 'string' || !sinceStart.has(nameOf(change)),
    );
    for (const { place, key } of changes) place.write(key, this.withoutJest.get(place)?.get(key));
    const left = changes.map(nameOf).filter((name) => sinceStart.has(name));
    if (left.length > 0)
      throw new Error(
        `this suite leaves changed what it shares with those after it: ${left.join(', ')}. Undo that in afterEach or ` +
          `afterAll, or have the file begin with ${ALONE}`,
      );
  }

  exportConditions() {
    return this.conditions;
  }

  getVmContext() {
    return nowhere;
  }
}

/** Timers of the worker, and those that other suites left, would come to a standstill, or be counted. */
function refuseFakeTimers() {
  throw new Error(
    `time is shared with everything that runs in this process: have the file begin with ${ALONE}`,
  );
}

/** @param {import('./stock').Change} change */
function nameOf({ place, key }) {
  return place.name(key);
}

module.exports = SharedRealm;
