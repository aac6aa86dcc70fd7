'use strict';

const { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, extname, join, relative } = require('node:path');
const { isBuiltin } = require('node:module');
const { packageOf, renameModules } = require('./module-names');
const { embedSource, withoutMap } = require('./source-map');

/** @typedef {import('./workspace-package').WorkspacePackage} WorkspacePackage */

/**
 * Puts together what a package publishes: its compiled files as they lie, and those of the packages inside it in
 * folders of their names, with every import of such a package turned into a relative one. File by file and not as a
 * bundle, so that a file which is started by its path (a worker) is where it was.
 *
 * @param {object} options
 * @param {WorkspacePackage} options.consumer
 * @param {readonly WorkspacePackage[]} options.embedded compiled, as the consumer is
 * @param {ReadonlySet<string>} options.installed packages that will be installed beside it
 * @param {string} options.outDir emptied first
 * @throws when a file imports what will neither be inside nor installed
 */
function stage({ consumer, embedded, installed, outDir }) {
  rmSync(outDir, { recursive: true, force: true });
  const folders = new Map(embedded.map(({ manifest }) => [manifest.name, join(outDir, manifest.name)]));
  const parts = [{ dir: consumer.dir, folder: outDir, modules: modulesOf(consumer.dir) }];
  for (const { dir, manifest } of embedded) {
    // Only its own entry can be reached from here; what it has for specs of this workspace needs their tools.
    const modules = modulesOf(dir).filter((module) => !module.startsWith('testing/'));
    parts.push({ dir, folder: join(outDir, manifest.name), modules });
  }

  for (const { dir, folder, modules } of parts) {
    for (const module of modules) {
      const file = join(folder, module);
      const rename = renamingFor(file, folders, installed);
      const compiled = (/** @type {string} */ extension) =>
        readFileSync(join(dir, 'dist', `${module}${extension}`), 'utf8');
      const source = {
        name: relative(dirname(file), `${file}.ts`),
        text: readFileSync(join(dir, 'src', `${module}.ts`), 'utf8'),
      };
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.js`, renameModules(compiled('.js'), rename));
      writeFileSync(`${file}.js.map`, embedSource(compiled('.js.map'), source));
      writeFileSync(`${file}.d.ts`, renameModules(withoutMap(compiled('.d.ts')), rename));
    }
  }
}

/**
 * A package's modules by its sources, for `dist` also keeps what was compiled of sources that are gone.
 *
 * @param {string} dir
 * @returns {string[]} paths within `src`, without extension
 */
function modulesOf(dir) {
  const sources = readdirSync(join(dir, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(join(dir, 'src'), join(entry.parentPath, entry.name)));
  const modules = sources.filter((path) => path.endsWith('.ts')).map(withoutExtension);
  // JavaScript beside TypeScript of its name stands in for the compiled file where sources run as they are.
  const lost = sources.filter((path) => !path.endsWith('.ts') && !modules.includes(withoutExtension(path)));
  if (lost.length > 0) throw new Error(`compiled to nothing, and so left out: ${lost.join(', ')}`);
  return modules;
}

/** @param {string} path */
function withoutExtension(path) {
  return path.slice(0, -extname(path).length);
}

/**
 * @param {string} file
 * @param {ReadonlyMap<string, string>} folders
 * @param {ReadonlySet<string>} installed
 * @returns {(name: string) => string}
 */
function renamingFor(file, folders, installed) {
  return (name) => {
    const folder = folders.get(packageOf(name));
    // A module of its own among a package's exports has the path that it has in `src`.
    const module = name.slice(packageOf(name).length + 1) || 'index';
    if (folder !== undefined) return relativeImport(dirname(file), join(folder, module));
    if (!name.startsWith('.') && !isBuiltin(name) && !installed.has(packageOf(name)))
      throw new Error(`${file} imports ${name}, which is not among the dependencies`);
    return name;
  };
}

/**
 * @param {string} from a folder
 * @param {string} to a file
 */
function relativeImport(from, to) {
  const path = relative(from, to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

module.exports = { stage };
