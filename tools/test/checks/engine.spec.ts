import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEngine } from '../../checks/engine';

let folder: string;
const file = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-engine-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An executable of this name; the folder is all that the commands of these specs are looked for in. */
function executable(name: string, script: string): void {
  writeFileSync(file(name), `#!/bin/sh\n${script}\n`);
  chmodSync(file(name), 0o755);
}

/** An engine that is up while there is a file `up`, and has every image while there is a file `images`. */
function installDocker(...present: ('up' | 'images')[]): void {
  executable('docker', `case $1 in image) [ -e ${file('images')} ] ;; *) [ -e ${file('up')} ] ;; esac`);
  executable('docker-compose', 'exit 0');
  for (const name of present) writeFileSync(file(name), '');
}

function ensure(script = 'nowhere') {
  const said: string[] = [];
  const ready = ensureEngine({
    root: folder,
    env: { PATH: folder, ENGINE_UP: join(folder, script) },
    say: (line) => said.push(line),
  });
  return { ready, said };
}

test('an engine that is ready is left alone', async () => {
  installDocker('up', 'images');
  executable('engine-up', `: >${file('ran')}`);

  await ensure('engine-up').ready;

  expect(existsSync(file('ran'))).toBe(false);
});

test('the script brings up what is missing, and is said to', async () => {
  installDocker();
  executable('engine-up', `: >${file('up')}; : >${file('images')}`);

  const { ready, said } = ensure('engine-up');
  await ready;

  expect(said.join()).toContain('a Docker engine that answers');
});

test('a script that did not bring it up is not believed', async () => {
  installDocker('images');
  executable('engine-up', 'exit 0');

  await expect(ensure('engine-up').ready).rejects.toThrow(/still missing: a Docker engine that answers/);
});

test('without a script it says what is missing and how to mend it', async () => {
  const { ready } = ensure();

  await expect(ready).rejects.toThrow(/Missing: a Docker engine that answers, docker-compose\. .*ENGINE_UP/);
});

test('images alone are left to the engine to pull when there is no script', async () => {
  installDocker('up');

  await expect(ensure().ready).resolves.toBeUndefined();
});
