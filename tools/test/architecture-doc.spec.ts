import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspace = join(__dirname, '../..');
const document = readFileSync(join(workspace, 'docs/ARCHITECTURE.md'), 'utf8');

/** Inline code that starts with a folder of the workspace's root; a pattern (`apps/*`) is no path. */
const path = /`((?:apps|bench|deploy|docker|docs|e2e|libs|tools|\.ci)(?:\/[\w.@-]*)*)`/g;
const paths = [...new Set([...document.matchAll(path)].flatMap(([, found]) => found ?? []))];

describe('docs/ARCHITECTURE.md', () => {
  test('names paths', () => {
    expect(paths.length).toBeGreaterThan(20);
  });

  test.each(paths)('%s exists', (named) => {
    expect(existsSync(join(workspace, named))).toBe(true);
  });
});
