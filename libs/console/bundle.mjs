/**
 * `node libs/console/bundle.mjs [<folder>]`: puts the console into dist/, as the files that a server hands out.
 *
 * manifest.json names each of them with its type; whoever serves them reads nothing else. Everything under assets/
 * bears the digest of its content in its name, and every file has itself compressed beside it (`.br`, `.gz`).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { licencesOf, packagesOf } from './licences.mjs';

const dir = dirname(fileURLToPath(import.meta.url));
const root = resolve(dir, '../..');
const src = join(dir, 'src');
const main = join(src, 'main.tsx');
const dist = resolve(process.argv[2] ?? join(dir, 'dist'));

/** Where the servers of the console have it. */
const BASE = '/ui/';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => join(src, file))
  .filter((file) => extname(file) !== '' && !file.endsWith('.spec.ts'))
  .sort();
const lock = join(root, 'package-lock.json');
const inputs = digestOf([
  ...sources,
  fileURLToPath(import.meta.url),
  join(dir, 'licences.mjs'),
  lock,
  ...sourcesOf('libs/contracts'),
  ...sourcesOf('libs/diagnosis'),
]);
/**
 * esbuild makes a file for every set of entries that share a module: with a page for each entry the first view would be in
 * a dozen small ones. Whatever is loaded later says that it shares all of the first view, which is there by then anyway.
 */
const firstViewInOneFile = {
  name: 'first-view-in-one-file',
  setup({ onResolve, onLoad, resolve: resolveNow }) {
    onResolve({ filter: /^\./ }, async ({ path, kind, pluginData, ...from }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolved') return undefined;
      return { ...(await resolveNow(path, { ...from, kind, pluginData: 'resolved' })), pluginData: 'later' };
    });
    onLoad({ filter: /\.tsx?$/ }, ({ path, pluginData }) =>
      pluginData === 'later'
        ? {
            contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(main)};\n`,
            loader: extname(path).slice(1),
          }
        : undefined,
    );
  },
};

async function bundle() {
  const common = {
    outdir: join(dist, 'assets'),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    conditions: ['@rollcall/source'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    absWorkingDir: root,
    metafile: true,
    logLevel: 'warning',
  };
  // Workers first: the page has to know the names under which it starts them.
  const workers = await build({
    ...common,
    entryPoints: sources.filter((file) => /-worker\.ts$/.test(file)),
  });
  const workerFiles = Object.fromEntries(
    Object.entries(workers.metafile.outputs).map(([file, { entryPoint = '' }]) => [
      basename(entryPoint, '.ts'),
      `${BASE}assets/${basename(file)}`,
    ]),
  );
  const page = await build({
    ...common,
    entryPoints: [main, join(src, 'console.css')],
    splitting: true,
    plugins: [firstViewInOneFile],
    define: { WORKER_FILES: JSON.stringify(workerFiles) },
  });
  const outputs = Object.entries(page.metafile.outputs);
  const outputOf = (source) => outputs.find(([, { entryPoint = '' }]) => basename(entryPoint) === source);
  const [script] = outputOf('main.tsx');
  const [styles] = outputOf('console.css');
  const preloaded = importedBy(script, page.metafile.outputs);

  const files = new Map(
    [...workers.outputFiles, ...page.outputFiles].map(({ path, contents }) => [
      relative(dist, path),
      Buffer.from(contents),
    ]),
  );
  const icon = readFileSync(join(src, 'icon.svg'));
  const iconName = `assets/icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
  files.set(iconName, icon);
  const url = (file) => `${BASE}assets/${basename(file)}`;
  const html = readFileSync(join(src, 'index.html'), 'utf8')
    .replace('{{icon}}', BASE + iconName)
    .replace('{{styles}}', url(styles))
    .replace('{{script}}', url(script))
    .replace(
      '{{preload}}',
      preloaded.map((file) => `<link rel="modulepreload" href="${url(file)}">`).join(''),
    );
  files.set('index.html', Buffer.from(html));

  // What the first view loads: a spec holds it to its bounds.
  const firstView = [script, ...preloaded, styles].map((file) => `assets/${basename(file)}`);
  const packages = packagesOf([workers, page].flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  write(files, { firstView: ['index.html', ...firstView], packages });
}

/** What an output imports, and what that imports: all of it is loaded before the first line runs. */
function importedBy(output, outputs, known = new Set()) {
  for (const { kind, path } of outputs[output].imports) {
    if (kind !== 'import-statement' || known.has(path)) continue;
    known.add(path);
    importedBy(path, outputs, known);
  }
  return [...known];
}

/** Compiled at the same time by several, it ends the same: names say the content, and the manifest comes last. */
function write(files, { firstView, packages }) {
  mkdirSync(join(dist, 'assets'), { recursive: true });
  for (const [name, content] of files) {
    writeFileSync(join(dist, name), content);
    writeFileSync(join(dist, `${name}.gz`), gzipSync(content, { level: 9 }));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    writeFileSync(join(dist, `${name}.br`), brotliCompressSync(content, { params }));
  }
  const manifest = {
    inputs,
    base: BASE,
    first_view: firstView,
    packages,
    files: [...files.keys()].sort().map((name) => ({
      path: name,
      file: name,
      type: TYPES[extname(name)],
      immutable: name.startsWith('assets/'),
    })),
  };
  // Beside what is served: whoever hands out the folder hands them out with it.
  writeFileSync(join(dist, 'licences.txt'), licencesOf(root, packages));
  const unfinished = join(dist, `manifest.${process.pid}.tmp`);
  writeFileSync(unfinished, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(unfinished, join(dist, 'manifest.json'));
  for (const file of readdirSync(join(dist, 'assets'))) {
    if (!files.has(`assets/${file.replace(/\.(gz|br)$/, '')}`))
      rmSync(join(dist, 'assets', file), { force: true });
  }
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of the libraries that it shares with the servers. */
function sourcesOf(library) {
  const folder = join(root, library, 'src');
  return readdirSync(folder)
    .filter((file) => extname(file) === '.ts' && !file.endsWith('.spec.ts'))
    .sort()
    .map((file) => join(folder, file));
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash.update(relative(dir, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

if (readManifest()?.inputs !== inputs) await bundle();
