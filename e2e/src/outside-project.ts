import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';

const workspace = join(__dirname, '../..');
const clientFolder = join(workspace, 'libs/registry-client');

/** A folder outside the workspace, with the client's tarball and what npm installed for it, and nothing else. */
export interface OutsideProject {
  readonly dir: string;
  /** Paths of the installed client's files. */
  readonly clientFiles: readonly string[];
  /** A text of the installed client. */
  clientFile(path: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Has a package of the workspace's there too, with what it needs itself. */
  link(name: string): Promise<void>;
  /** Runs Node there. @returns its standard output @throws with all it wrote when it ends with another code than 0 */
  node(...args: readonly string[]): Promise<string>;
  /** Compiles a file of `e2e/outside`, under the names given, with the workspace's compiler. */
  compile(source: string, names: readonly string[], compilerOptions: object): Promise<string>;
  remove(): Promise<void>;
}

/** Packs the client as it is packed for the registry, and installs the tarball as a stranger would. */
export async function createOutsideProject(): Promise<OutsideProject> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-outside-')));
  const installed = join(dir, 'node_modules/@rollcall/registry-client');
  const write = (file: string, text: string) => writeFile(join(dir, file), text);
  const node = (...args: readonly string[]) => output(process.execPath, args, dir);

  await output('npm', ['pack', '--pack-destination', dir], clientFolder);
  const tarball = (await readdir(dir)).find((file) => file.endsWith('.tgz'));
  await write('package.json', '{ "private": true }');
  await output('npm', ['install', '--no-audit', '--no-fund', `./${tarball ?? 'no tarball'}`], dir);
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });

  return {
    dir,
    clientFiles: entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1)),
    clientFile: (path) => readFile(join(installed, path), 'utf8'),
    write,
    link: (name) => symlink(join(workspace, 'node_modules', name), join(dir, 'node_modules', name)),
    node,
    async compile(source, names, compilerOptions) {
      for (const name of names) await copyFile(join(workspace, 'e2e/outside', source), join(dir, name));
      const tsconfig = { compilerOptions: { ...strictest, ...compilerOptions }, files: names };
      await write('tsconfig.json', JSON.stringify(tsconfig));
      return node(join(workspace, 'node_modules/typescript/bin/tsc'), '--project', dir);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

const strictest = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  target: 'es2022',
  typeRoots: [join(workspace, 'node_modules/@types')],
  types: ['node'],
};

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd })).stdout;
  } catch (error) {
    // tsc complains on standard output, which the message of a failed command leaves out.
    const written = isNativeError(error) && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`${command} ${args.join(' ')} failed: ${written}`, { cause: error });
  }
}
