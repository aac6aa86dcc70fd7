import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** Every workspace's folder, from the root's package.json. */
function workspaces(): string[] {
  const { workspaces: patterns } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  return patterns
    .flatMap((pattern) => {
      const folder = pattern.replace(/\/\*$/, '');
      if (folder === pattern) return [folder];
      return readdirSync(join(root, folder)).map((project) => `${folder}/${project}`);
    })
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

// A workspace that the install stage does not know brings its sources, and none of its dependencies.
test('the image installs the dependencies of every workspace', () => {
  const dockerfile = readFileSync(join(root, 'docker/service.Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map(([, folder]) => folder);

  expect(copied.sort()).toEqual(workspaces().sort());
});
