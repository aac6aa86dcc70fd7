import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const docker = join(__dirname, '../../../docker');

interface TokenFile {
  readonly tokens: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly scopes: readonly string[];
  }[];
}

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'rollcall-private-')), 'folder');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const make = (script: string, ...args: string[]) =>
  run(process.execPath, [join(docker, script), ...args, folder], { cwd: docker });
const openToOthers = () => (statSync(folder).mode & 0o077) !== 0;

describe.each(['make-tokens.js', 'make-certificates.js'])('%s', (script) => {
  test('keeps others out of its folder, also when that was there before', async () => {
    mkdirSync(folder, { mode: 0o755 });
    await make(script);
    expect(openToOthers()).toBe(false);
  });

  test('closes a folder of an earlier run that was opened since', async () => {
    await make(script);
    chmodSync(folder, 0o755);
    await make(script);
    expect(openToOthers()).toBe(false);
  });

  test('refuses a folder that others use, and leaves it as it is', async () => {
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(folder, 'something'), '');
    await expect(make(script)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('chmod 700'),
    });
    expect(openToOthers()).toBe(true);
    expect(existsSync(join(folder, 'registry'))).toBe(false);
  });
});

describe('make-tokens.js', () => {
  const tokenOf = (name: string) => readFileSync(join(folder, name, 'token'), 'utf8').trim();
  const known = () =>
    (JSON.parse(readFileSync(join(folder, 'registry/tokens.json'), 'utf8')) as TokenFile).tokens;
  const takes = (token: string) => {
    const digest = createHash('sha256').update(token).digest('hex');
    return known().some(({ sha256 }) => sha256 === digest);
  };

  test('keeps the tokens that there are, and makes those that are missing', async () => {
    await make('make-tokens.js');
    const [order, hello] = [tokenOf('order'), tokenOf('hello')];
    rmSync(join(folder, 'hello'), { recursive: true });

    await make('make-tokens.js');

    expect(tokenOf('order')).toBe(order);
    expect(tokenOf('hello')).not.toBe(hello);
    expect(takes(tokenOf('hello'))).toBe(true);
  });

  test('rotates: new tokens beside those of before, each good for the same, until those are retired', async () => {
    await make('make-tokens.js');
    const first = tokenOf('order');
    await make('make-tokens.js', '--rotate');
    const second = tokenOf('order');
    await make('make-tokens.js', '--rotate');
    const third = tokenOf('order');

    expect([first, second, third].map(takes)).toEqual([true, true, true]);
    expect(new Set([first, second, third]).size).toBe(3);
    const scopes = known()
      .filter(({ name }) => name === 'order')
      .map((entry) => entry.scopes);
    expect(scopes).toEqual(Array(3).fill(['write:order', 'read']));

    await make('make-tokens.js', '--retire');

    expect(tokenOf('order')).toBe(third);
    expect([first, second, third].map(takes)).toEqual([false, false, true]);
    expect(known()).toHaveLength(5);
  });
});
