import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const here = join(__dirname, '../../..');

/** A workspace of one app (`one`) and one library (`words`) that it needs, built as the real one is. */
export interface SmallWorkspace {
  readonly root: string;
  /** The app's config, from `root`. */
  readonly config: string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Where a file is. */
  path(path: string): string;
  dispose(): void;
}

interface Config {
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

/** The real workspace's, with next to no declarations to read: those are most of the time that compiling takes. */
function baseConfig(): string {
  const { compilerOptions } = JSON.parse(readFileSync(join(here, 'tsconfig.base.json'), 'utf8')) as Config;
  return JSON.stringify({ compilerOptions: { ...compilerOptions, lib: ['es5'], types: [] } });
}

const project = (references: readonly string[]) =>
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.build.tsbuildinfo' },
    include: ['src/**/*.ts'],
    references: references.map((path) => ({ path })),
  });

export function createSmallWorkspace(): SmallWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-workspace-'));
  const path = (name: string) => join(root, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  symlinkSync(join(here, 'node_modules'), path('node_modules'));
  write('tsconfig.base.json', baseConfig());
  write('libs/words/tsconfig.build.json', project([]));
  write('libs/words/package.json', '{}');
  write('apps/one/tsconfig.build.json', project(['../../libs/words/tsconfig.build.json']));
  write('apps/one/package.json', '{}');
  return {
    root,
    config: 'apps/one/tsconfig.build.json',
    write,
    read: (name) => readFileSync(path(name), 'utf8'),
    path,
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
