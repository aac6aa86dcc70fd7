import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** Every app and library; test doubles stay out of the images. */
const projects = ['apps', 'libs']
  .flatMap((folder) => readdirSync(join(root, folder)).map((project) => `${folder}/${project}`))
  .filter((project) => existsSync(join(root, project, 'package.json')) && project !== 'libs/testing');

// A project that the install stage does not know would bring its sources, and none of its dependencies.
test('the image installs the dependencies of every app and library', () => {
  const dockerfile = readFileSync(join(root, 'docker/service.Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map(([, folder]) => folder);

  expect(copied.sort()).toEqual(projects.sort());
});
