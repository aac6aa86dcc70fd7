import { readFileSync } from 'node:fs';
import { CLI_DOC, cliDoc } from './cli-doc';

test('docs/cli.md has the help of every command as it is (npm run docs:cli writes it)', () => {
  const written = readFileSync(CLI_DOC, 'utf8');
  expect(written).toBe(cliDoc());
  expect(written).toContain('### `rollcall routes check`');
});
