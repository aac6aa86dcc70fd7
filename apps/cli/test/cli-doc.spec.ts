import { readFileSync } from 'node:fs';
import { CHECKS } from '../src/doctor/examine';
import { CLI_DOC, cliDoc } from './cli-doc';

test('docs/cli.md has the help of every command as it is (npm run docs:cli writes it)', () => {
  const written = readFileSync(CLI_DOC, 'utf8');
  expect(written).toBe(cliDoc());
  expect(written).toContain('### `rollcall routes check`');
});

test('docs/cli.md names every check of doctor, and no other', () => {
  const [, section = ''] = readFileSync(CLI_DOC, 'utf8').split('## What `doctor` examines\n');
  const [table = ''] = section.split('## Commands').flatMap((text) => /^\| Reach[^]*?\n\n/m.exec(text) ?? []);
  const named = Array.from(table.matchAll(/`([a-z_0-9]+)`/g), ([, name]) => name);
  expect(named.sort()).toEqual(CHECKS.map(({ id }) => id).sort());
});
