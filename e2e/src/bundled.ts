import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const binaries = join(__dirname, '../../node_modules/.bin');

export type Bundler = 'esbuild' | 'rollup';
export type BundleFormat = 'esm' | 'cjs';

/** One file with all that a program needs, in a folder from which no package can be found. */
export interface Bundled {
  readonly file: string;
  remove(): Promise<void>;
}

/** Bundles a program for Node as the bundlers' own documentation has it, without a flag more. */
export async function bundle(bundler: Bundler, format: BundleFormat, entry: string): Promise<Bundled> {
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-bundled-'));
  const file = join(dir, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
  await promisify(execFile)(join(binaries, bundler), COMMANDS[bundler](format, entry, file));
  return { file, remove: () => rm(dir, { recursive: true }) };
}

type Command = (format: BundleFormat, entry: string, file: string) => readonly string[];

const COMMANDS: Readonly<Record<Bundler, Command>> = {
  esbuild: (format, entry, file) => [
    entry,
    '--bundle',
    '--platform=node',
    `--format=${format}`,
    `--outfile=${file}`,
  ],
  rollup: (format, entry, file) => [
    entry,
    '--format',
    format,
    '--file',
    file,
    '--plugin',
    'node-resolve,commonjs,json',
  ],
};
