import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { timeScale } from '@rollcall/testing';

const root = join(__dirname, '../..');
const run = promisify(execFile);

/** What `nx affected` would run for a change of these files. */
async function affectedBy(...files: string[]): Promise<readonly string[]> {
  const { stdout } = await run(
    process.execPath,
    ['node_modules/.bin/nx', 'show', 'projects', '--affected', `--files=${files.join(',')}`, '--json'],
    { cwd: root, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
  );
  return JSON.parse(stdout) as string[];
}

describe('nx affected', () => {
  test.each([
    // No import leads from these specs to what they start.
    ['an app', 'apps/hello/src/main.ts', ['hello', '@rollcall/e2e']],
    ['the gateway', 'apps/gateway/src/main.ts', ['gateway', '@rollcall/e2e', '@rollcall/bench']],
    ['what `npm start` runs', 'tools/launcher/start.js', ['@rollcall/tools', '@rollcall/e2e']],
    // Specs read these, which belong to no project.
    ['a document', 'docs/operations.md', ['@rollcall/tools']],
    ['the routes file of the documents', 'docs/routes-file.schema.json', ['gateway']],
  ])(
    '%s: runs the specs that depend on it',
    async (_, file, projects) => {
      expect(await affectedBy(file)).toEqual(expect.arrayContaining(projects));
    },
    120_000 * timeScale,
  );
});
