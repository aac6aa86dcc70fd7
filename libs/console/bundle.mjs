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

const dir = dirname(fileURLToPath(import.meta.url));
const src = join(dir, 'src');
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
const lock = join(dir, '../../package-lock.json');
const inputs = digestOf([...sources, fileURLToPath(import.meta.url), lock, ...contractSources()]);
if (readManifest()?.inputs !== inputs) await bundle();

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
    entryPoints: [join(src, 'main.tsx'), join(src, 'console.css')],
    splitting: true,
    define: { WORKER_FILES: JSON.stringify(workerFiles) },
  });
  const outputs = Object.entries(page.metafile.outputs);
  const outputOf = (source) => outputs.find(([, { entryPoint = '' }]) => basename(entryPoint) === source);
  const [script, { imports }] = outputOf('main.tsx');
  const [styles] = outputOf('console.css');
  const preloaded = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);

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

  // What the first view loads: a spec holds it to its bound.
  const firstView = [script, ...preloaded, styles].map((file) => `assets/${basename(file)}`);
  write(files, ['index.html', ...firstView]);
}

/** Compiled at the same time by several, it ends the same: names say the content, and the manifest comes last. */
function write(files, firstView) {
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
    files: [...files.keys()].sort().map((name) => ({
      path: name,
      file: name,
      type: TYPES[extname(name)],
      immutable: name.startsWith('assets/'),
    })),
  };
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

/** Of libs/contracts little more than types is used, but what is used is in the bundle. */
function contractSources() {
  const contracts = join(dir, '../contracts/src');
  return readdirSync(contracts)
    .filter((file) => !file.endsWith('.spec.ts'))
    .sort()
    .map((file) => join(contracts, file));
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash.update(relative(dir, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}
