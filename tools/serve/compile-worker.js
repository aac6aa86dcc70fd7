'use strict';

const { parentPort, workerData } = require('node:worker_threads');
const ts = require('typescript');
const { markOutdated } = require('../workspace/outdated');

/**
 * Compiles one project and what it refers to, each time that it is asked. A thread of its own, since compiling takes
 * seconds; one that stays, since what was parsed once need not be parsed again: that is three quarters of the work.
 */

/** @type {Map<string, import('typescript').SourceFile>} */
const parsed = new Map();

const formatting = {
  getCanonicalFileName: (/** @type {string} */ name) => name,
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getNewLine: () => ts.sys.newLine,
};
const host = ts.createSolutionBuilderHost(ts.sys, createProgram, (diagnostic) =>
  parentPort?.postMessage({
    fault: ts.formatDiagnosticsWithColorAndContext([diagnostic], formatting).trimEnd(),
  }),
);

/** @type {import('typescript').CreateProgram<import('typescript').EmitAndSemanticDiagnosticsBuilderProgram>} */
function createProgram(rootNames, options, compilerHost, ...rest) {
  if (compilerHost) remember(compilerHost);
  return ts.createEmitAndSemanticDiagnosticsBuilderProgram(rootNames, options, compilerHost, ...rest);
}

/** @param {import('typescript').CompilerHost} compilerHost */
function remember(compilerHost) {
  const parse = compilerHost.getSourceFile.bind(compilerHost);
  compilerHost.getSourceFile = (name, options, ...rest) => {
    const text = compilerHost.readFile(name);
    if (text === undefined) return undefined;
    const key = `${name} ${JSON.stringify(options)}`;
    const known = parsed.get(key);
    if (known?.text === text) return known;
    const file = parse(name, options, ...rest);
    if (file) parsed.set(key, file);
    return file;
  };
}

parentPort?.on('message', () => {
  markOutdated([workerData.config]);
  const status = ts.createSolutionBuilder(host, [workerData.config], {}).build();
  parentPort?.postMessage({ compiled: status === ts.ExitStatus.Success });
});
