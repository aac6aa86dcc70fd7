import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importCircles, type Sources } from './import-circles';

const workspace = join(__dirname, '../..');

/** What is part of the products and not of their specs. */
function sources(): Sources {
  const files = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(workspace, group)).flatMap((project) => {
      const src = join(workspace, group, project, 'src');
      return readdirSync(src, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
        .map((file): [string, string] => [
          join(group, project, 'src', file),
          readFileSync(join(src, file), 'utf8'),
        ]);
    }),
  );
  return new Map(files);
}

const planted = (files: Readonly<Record<string, string>>): Sources => new Map(Object.entries(files));

describe('imports', () => {
  test('make no circle anywhere, type imports included', () => {
    const files = sources();
    expect(files.size).toBeGreaterThan(500);
    expect(importCircles(files)).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, string[][]]>([
    [
      'of types alone',
      { 'a/one.ts': "import type { Two } from './two';", 'a/two.ts': "export type { One } from './one';" },
      [['a/one.ts', 'a/two.ts']],
    ],
    [
      'through an index and another folder',
      {
        'a/index.ts': "export { one } from './one';",
        'a/one.ts': "import { two } from '../b/two';",
        'b/two.ts': "import { one } from '../a';",
      },
      [['a/index.ts', 'a/one.ts', 'b/two.ts']],
    ],
    [
      'beside files that only lead to it',
      {
        'main.ts': "import './one';",
        'one.ts': "import './two';",
        'two.ts': "import './three';",
        'three.ts': "import './two';",
      },
      [['three.ts', 'two.ts']],
    ],
    [
      'nowhere, where two ways lead to one file',
      { 'a.ts': "import './b'; import './c';", 'b.ts': "import './c';", 'c.ts': '' },
      [],
    ],
  ])('a planted circle is found: %s', (_where, files, circles) => {
    expect(importCircles(planted(files))).toEqual(circles);
  });
});
