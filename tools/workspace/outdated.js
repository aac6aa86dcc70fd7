'use strict';

const { existsSync, readFileSync, rmSync, statSync, utimesSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');

/** @typedef {{ fileNames: readonly string[], record: string, outputs: readonly string[] }} Project */

/**
 * The date of a record (`.tsbuildinfo`) whose project has to be compiled. The compiler writes the record anew when it
 * is done, so one that still bears this date belongs to a compilation that was cut off.
 */
const OUTDATED = new Date(0);

/**
 * Sees to it that `tsc -b` compiles every project whose sources are not what was compiled of them.
 *
 * By itself it passes over a source that is older than what it wrote last. But a file that was saved while it compiled
 * is just that, though it was read in its former state; and so is a file that kept its date when it was moved or
 * unpacked. The compiler's record names each source with the digest of what was read, so contents are compared here.
 *
 * @param {readonly string[]} configs paths of tsconfig files; the projects that they refer to are looked at too
 * @returns {boolean} whether any project has to be compiled
 */
function markOutdated(configs) {
  // Not at the top: this file is loaded before anything is installed.
  const ts = require('typescript');
  return (
    readProjects(ts, configs).filter(({ record, fileNames, outputs }) => {
      if (!existsSync(record)) return true;
      const cutOff = statSync(record).mtimeMs === OUTDATED.getTime();
      if (cutOff || !outputs.every((file) => existsSync(file))) {
        // What lies there may be of any state. Without a record all of it is written anew.
        rmSync(record);
        return true;
      }
      if (isCompiledFrom(ts, fileNames, record)) return false;
      utimesSync(record, OUTDATED, OUTDATED);
      return true;
    }).length > 0
  );
}

/**
 * @param {import('typescript')} ts
 * @param {readonly string[]} configs
 * @returns {readonly Project[]} those that are compiled: a config may also just list others
 */
function readProjects(ts, configs) {
  /** @type {Map<string, Project>} */
  const projects = new Map();
  /** @type {Set<string>} */
  const seen = new Set();
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };

  /** @param {string} config */
  function visit(config) {
    if (seen.has(config)) return;
    seen.add(config);
    // One that cannot be read is for the compiler to complain of.
    const parsed = ts.getParsedCommandLineOfConfigFile(config, undefined, host);
    for (const reference of parsed?.projectReferences ?? []) visit(ts.resolveProjectReferencePath(reference));
    if (parsed === undefined || parsed.fileNames.length === 0) return;
    const { fileNames, options } = parsed;
    projects.set(config, {
      fileNames,
      record: options.tsBuildInfoFile ?? usualRecord(config, options),
      outputs: fileNames.flatMap((file) =>
        ts.getOutputFileNames(parsed, file, !ts.sys.useCaseSensitiveFileNames),
      ),
    });
  }

  for (const config of configs) visit(resolve(config));
  return [...projects.values()];
}

/**
 * Where the compiler keeps its record when a config does not say.
 *
 * @param {string} config
 * @param {import('typescript').CompilerOptions} options
 */
function usualRecord(config, { rootDir, outDir }) {
  const name = config.replace(/\.json$/, '.tsbuildinfo');
  return outDir === undefined ? name : join(outDir, relative(rootDir ?? dirname(config), name));
}

/**
 * @param {import('typescript')} ts
 * @param {readonly string[]} fileNames
 * @param {string} record
 */
function isCompiledFrom(ts, fileNames, record) {
  const digests = readDigests(record);
  return fileNames.every((file) => {
    const text = ts.sys.readFile(file);
    return text !== undefined && digests.get(file) === ts.sys.createHash?.(text);
  });
}

/**
 * @param {string} record
 * @returns {ReadonlyMap<string, string>} by path; empty when the record is in a form that is not known here
 */
function readDigests(record) {
  const { fileNames = [], fileInfos = [] } = JSON.parse(readFileSync(record, 'utf8'));
  return new Map(
    fileNames.map((/** @type {string} */ name, /** @type {number} */ index) => {
      const info = fileInfos[index];
      return [resolve(dirname(record), name), typeof info === 'string' ? info : info?.version];
    }),
  );
}

module.exports = { markOutdated };
