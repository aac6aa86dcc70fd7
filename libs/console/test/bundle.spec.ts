import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Manifest {
  readonly first_view: readonly string[];
  readonly packages: readonly string[];
  readonly files: readonly {
    readonly path: string;
    readonly file: string;
    readonly type: string;
    readonly immutable: boolean;
  }[];
}

/** What the first view may cost, compressed. */
const MOST_BYTES = 60 * 1024;
/** A browser has six connections a host over HTTP/1.1, and the live stream takes one of them. */
const MOST_SCRIPTS = 4;

let folder: string;
let manifest: Manifest;

const read = (file: string) => readFileSync(join(folder, file));

/** Those that a browser loads before it runs the first line of the script. */
function staticImportsOf(script: string): readonly string[] {
  const imports = /(?:^|[;}\s])(?:import|export)(?:[\w${},*\s]*?from)?"\.\/([\w.-]+\.js)"/g;
  return [...read(script).toString().matchAll(imports)].map(([, name]) => `assets/${name ?? ''}`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-console-'));
  execFileSync(process.execPath, [join(__dirname, '../bundle.mjs'), folder]);
  manifest = JSON.parse(read('manifest.json').toString()) as Manifest;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the first view is small', () => {
  const bytes = manifest.first_view.reduce((sum, file) => sum + read(`${file}.gz`).length, 0);

  expect(manifest.first_view.length).toBeGreaterThanOrEqual(3);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

test('the first view is few files, which import nothing but each other', () => {
  const scripts = manifest.first_view.filter((file) => file.endsWith('.js'));

  expect(scripts.length).toBeLessThanOrEqual(MOST_SCRIPTS);
  for (const script of scripts)
    for (const imported of staticImportsOf(script)) expect(scripts).toContain(imported);
});

test('what is loaded later brings no second copy of the first view, and what is large comes by itself', () => {
  const later = manifest.files
    .map(({ file }) => file)
    .filter((file) => /-page-\w+\.js$/.test(file) && !manifest.first_view.includes(file));

  expect(later.length).toBeGreaterThanOrEqual(6);
  for (const page of later)
    expect(staticImportsOf(page).some((file) => manifest.first_view.includes(file))).toBe(true);
  const withChart = manifest.files.filter(
    ({ file }) => file.endsWith('.js') && /u-legend/.test(read(file).toString()),
  );
  expect(withChart.length).toBeGreaterThan(0);
  for (const { file } of withChart) expect(manifest.first_view).not.toContain(file);
});

test('names every installed package that is in it, and has the licence of each', async () => {
  const { metafile } = await build({
    entryPoints: ['main.tsx', 'state/stream-worker.ts', 'topology/layout-worker.ts'].map((file) =>
      join(__dirname, '../src', file),
    ),
    outdir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    conditions: ['@rollcall/source'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const inside = Object.keys(metafile.inputs)
    .filter((file) => file.includes('node_modules/'))
    .map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1] ?? file);
  const licences = read('licences.txt').toString();

  expect(new Set(inside).size).toBeGreaterThanOrEqual(4);
  for (const name of new Set(inside)) {
    expect(manifest.packages).toContain(`node_modules/${name}`);
    expect(licences).toMatch(new RegExp(`^${name} \\d[^:]*: MIT\n\n`, 'm'));
  }
});

test('each file is there, and the same compressed', () => {
  for (const { file } of manifest.files) {
    expect(brotliDecompressSync(read(`${file}.br`))).toEqual(read(file));
    expect(gunzipSync(read(`${file}.gz`))).toEqual(read(file));
  }
  expect(manifest.files.map(({ path }) => path)).toContain('index.html');
});

test('nothing is kept for ever but what changes its name with its content', () => {
  for (const { path, immutable } of manifest.files)
    expect(immutable).toBe(/-[A-Za-z0-9]{8}\.\w+$/.test(path));
});

test('the page refers to files that are there, and has no script or style in itself', () => {
  const page = read('index.html').toString();
  const paths = manifest.files.map(({ path }) => `/ui/${path}`);

  const referred = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address);
  expect(referred.length).toBeGreaterThanOrEqual(3);
  for (const address of referred) expect(paths).toContain(address);
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=|\{\{/);
});

test('no script makes HTML or code out of text, and the page starts the workers that are there', () => {
  const scripts = manifest.files
    .filter(({ file }) => file.endsWith('.js'))
    .map(({ file }) => read(file).toString());

  // Preact knows the property by which others hand it HTML; nothing of ours does.
  for (const script of scripts)
    expect(script).not.toMatch(/\beval\(|new Function\(|insertAdjacentHTML|document\.write/);
  const workers = scripts.flatMap((script) => script.match(/\/ui\/assets\/[\w-]+-worker-\w+\.js/g) ?? []);
  expect(workers.length).toBeGreaterThan(0);
  for (const worker of workers) expect(manifest.files.map(({ path }) => `/ui/${path}`)).toContain(worker);
});

test('built a second time from the same sources it is left as it is', () => {
  const before = read('manifest.json');
  const files = readdirSync(folder, { recursive: true }).length;
  execFileSync(process.execPath, [join(__dirname, '../bundle.mjs'), folder]);

  expect(read('manifest.json')).toEqual(before);
  expect(readdirSync(folder, { recursive: true })).toHaveLength(files);
});
