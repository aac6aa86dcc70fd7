// @ts-nocheck: how modules are found and compiled is private in Jest's types; tools/test/jest has a spec of what holds.
'use strict';

const { sep } = require('node:path');
const { compileFunction } = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');
const SharedRealm = require('./environment');

const OF_OTHERS = `${sep}node_modules${sep}`;
/** The runner keeps the tests of a suite in variables of its own. */
const RUNNER = `${OF_OTHERS}jest-circus${sep}`;

/**
 * What this worker has compiled, by path. A suite's own copy of a module is another call of the same function.
 *
 * @type {Map<string, { readonly source: string, readonly evaluate: Function }>}
 */
const compiled = new Map();

/**
 * How suites of the shared realm load modules. Jest evaluates all of them anew for every suite, and most of what a
 * suite of ours loads belongs to others: those are loaded once a worker, as Node loads them.
 */
class SharingRuntime extends JestRuntime {
  requireModule(from, name, options, isRequireActual) {
    const { _environment: environment, _resolver: resolver } = this;
    if (environment instanceof SharedRealm && !(name && resolver.isCoreModule(name))) {
      const path = name ? resolver.resolveModule(from, name, { conditions: this.cjsConditions }) : from;
      if (path.includes(OF_OTHERS) && !path.includes(RUNNER)) return environment.load(path);
    }
    return super.requireModule(from, name, options, isRequireActual);
  }

  createScriptFromCode(source, filename) {
    if (!(this._environment instanceof SharedRealm)) return super.createScriptFromCode(source, filename);
    const known = compiled.get(filename);
    if (known?.source === source) return known.evaluate;
    const evaluate = compileFunction(source, this.constructInjectedModuleParameters(), { filename });
    compiled.set(filename, { source, evaluate });
    return evaluate;
  }
}

module.exports = SharingRuntime;
