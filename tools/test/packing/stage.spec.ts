import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stage } from '../../packing/stage';
import { innerPackages, readPackage } from '../../packing/workspace-package';

let libs: string;

beforeEach(() => {
  libs = mkdtempSync(join(tmpdir(), 'rollcall-stage-'));
  write('inner/package.json', JSON.stringify({ name: '@ours/inner', dependencies: { joi: '^18.0.0' } }));
  writeModule('inner', 'index', `exports.one = 1;`, `export declare const one = 1;`);
  write(
    'client/package.json',
    JSON.stringify({ name: '@ours/client', dependencies: { '@ours/inner': '*' } }),
  );
  writeModule(
    'client',
    'index',
    `exports.two = require("./deep/two").two;`,
    `export { two } from './deep/two';\n//# sourceMappingURL=index.d.ts.map`,
  );
  writeModule(
    'client',
    'deep/two',
    `exports.two = 1 + require("@ours/inner").one;`,
    `export declare const two = 2;`,
  );
});

afterEach(() => rmSync(libs, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(libs, path)), { recursive: true });
  writeFileSync(join(libs, path), text);
}

/** A module with what the compiler has made of it. */
function writeModule(project: string, name: string, javascript: string, declarations: string): void {
  write(`${project}/src/${name}.ts`, `// the source of ${name}`);
  write(`${project}/dist/${name}.js`, javascript);
  write(
    `${project}/dist/${name}.js.map`,
    JSON.stringify({ version: 3, sourceRoot: '', sources: ['../x.ts'] }),
  );
  write(`${project}/dist/${name}.d.ts`, declarations);
}

function staged(installed: readonly string[] = []) {
  const consumer = readPackage(join(libs, 'client'));
  const outDir = join(libs, 'client/lib');
  stage({ consumer, embedded: innerPackages(consumer, libs), installed: new Set(installed), outDir });
  return {
    path: (file: string) => join(outDir, file),
    text: (file: string) => readFileSync(join(outDir, file), 'utf8'),
  };
}

test('a module of its own among the exports of an embedded package is found where it lies', () => {
  writeModule('inner', 'pure/three', `exports.three = 3;`, `export declare const three = 3;`);
  writeModule(
    'client',
    'deep/two',
    `exports.two = require("@ours/inner/pure/three").three;`,
    `export { three as two } from '@ours/inner/pure/three';`,
  );

  const { path, text } = staged(['joi']);

  const script = `console.log(require(${JSON.stringify(path('index.js'))}).two)`;
  expect(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' })).toBe('3\n');
  expect(text('deep/two.d.ts')).toContain(`from '../@ours/inner/pure/three'`);
});

test('what an embedded package has for specs is left out, with the tools that it needs', () => {
  writeModule('inner', 'testing/contract', `require("fast-check");`, `export {};`);

  const { path } = staged(['joi']);

  expect(existsSync(path('@ours/inner/index.js'))).toBe(true);
  expect(existsSync(path('@ours/inner/testing'))).toBe(false);
});

test('what was staged runs where neither package can be found by its name', () => {
  const { path } = staged();

  const script = `process.stdout.write(String(require(${JSON.stringify(path('index'))}).two))`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('2');
});

test('every file is where it was, so that it can be started by its path', () => {
  const { path } = staged();

  expect(
    ['deep/two.js', 'deep/two.d.ts', '@ours/inner/index.js'].filter((file) => !existsSync(path(file))),
  ).toEqual([]);
});

test('a source map brings its source along, and declarations point to no map', () => {
  const { text } = staged();

  expect(JSON.parse(text('deep/two.js.map'))).toEqual({
    version: 3,
    sources: ['two.ts'],
    sourcesContent: ['// the source of deep/two'],
  });
  expect(text('index.d.ts')).toBe(`export { two } from './deep/two';\n`);
});

test('neither specs nor what is left of sources that are gone are staged', () => {
  write('client/src/deep/two.spec.ts', '');
  write('client/dist/gone.js', `require("@ours/nowhere")`);

  const { path } = staged();

  expect(existsSync(path('deep/two.spec.js'))).toBe(false);
  expect(existsSync(path('gone.js'))).toBe(false);
});

test('what an earlier stage left is gone', () => {
  write('client/lib/old.js', '');

  expect(existsSync(staged().path('old.js'))).toBe(false);
});

test('an import of what will neither be inside nor installed is refused', () => {
  writeModule('client', 'deep/two', `require("node:fs"); require("joi/lib");`, '');

  expect(() => staged()).toThrow('deep/two imports joi/lib, which is not among the dependencies');
  expect(() => staged(['joi'])).not.toThrow();
});

test('a source that is compiled to nothing is refused: whoever reads it would miss it', () => {
  write('client/src/data.json', '{}');

  expect(() => staged()).toThrow('compiled to nothing, and so left out: data.json');
});

test('what stands in for a compiled file while sources run as they are gives way to it', () => {
  write('client/src/deep/two.js', `require("@ours/testing"); require("./two.ts");`);

  expect(staged().text('deep/two.js')).toContain('exports.two');
});
