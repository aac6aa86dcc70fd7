import { rmSync, statSync, utimesSync } from 'node:fs';
import { compile } from '../../workspace/compile';
import { markOutdated } from '../../workspace/outdated';
import { createSmallWorkspace, type SmallWorkspace } from './small-workspace';

const LONG_AGO = new Date('2020-01-01');
const OUTPUT = 'apps/one/dist/main.js';
const RECORD = 'apps/one/dist/tsconfig.build.tsbuildinfo';

describe('compile', () => {
  let workspace: SmallWorkspace;

  beforeEach(async () => {
    workspace = createSmallWorkspace();
    workspace.write('libs/words/src/index.ts', "export const word = 'first';\n");
    workspace.write('apps/one/src/main.ts', 'export const first = 1;\n');
    await compileAll();
  });
  afterEach(() => workspace.dispose());

  const compileAll = () => compile([workspace.config], { root: workspace.root, onLine: () => undefined });

  /** As a file is that was saved while it was being compiled: older than what was written of it. */
  function writeOlder(path: string, text: string): void {
    workspace.write(path, text);
    utimesSync(workspace.path(path), LONG_AGO, LONG_AGO);
  }

  test('compiles a source that is older than its output, when the output is of another content', async () => {
    writeOlder('apps/one/src/main.ts', 'export const second = 2;\n');

    await compileAll();

    expect(workspace.read(OUTPUT)).toContain('second = 2');
  });

  test('does so for a library that an app refers to', async () => {
    writeOlder('libs/words/src/index.ts', "export const word = 'second';\n");

    await compileAll();

    expect(workspace.read('libs/words/dist/index.js')).toContain("'second'");
  });

  test('compiles a file that was moved here with its old date', async () => {
    writeOlder('apps/one/src/moved.ts', 'export const moved = 1;\n');

    await compileAll();

    expect(workspace.read('apps/one/dist/moved.js')).toContain('moved = 1');
  });

  test('fails on a fault in a source that is older than its output', async () => {
    writeOlder('apps/one/src/main.ts', "export const first: number = 'one';\n");

    await expect(compileAll()).rejects.toThrow();
  });

  test('writes an output that is gone', async () => {
    rmSync(workspace.path(OUTPUT));

    await compileAll();

    expect(workspace.read(OUTPUT)).toContain('first = 1');
  });

  test('compiles anew what a compilation that was cut off has left behind, though the sources are as before', async () => {
    // What it leaves: the mark of its beginning, and outputs of sources that have been taken back since.
    workspace.write('apps/one/src/main.ts', 'export const second = 2;\n');
    markOutdated([workspace.path(workspace.config)]);
    workspace.write(OUTPUT, 'exports.second = 2;\n');
    workspace.write('apps/one/src/main.ts', 'export const first = 1;\n');

    await compileAll();

    expect(workspace.read(OUTPUT)).toContain('first = 1');
  });

  test('leaves alone what is compiled, and what was only touched', async () => {
    const writtenAt = () => statSync(workspace.path(OUTPUT)).mtimeMs;
    const before = writtenAt();
    workspace.write('apps/one/src/main.ts', 'export const first = 1;\n');

    await compileAll();

    expect(writtenAt()).toBe(before);
    expect(workspace.read(RECORD)).not.toBe('');
  });
});
