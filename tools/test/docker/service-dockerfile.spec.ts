import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
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

/** Specs, and what specs share: .dockerignore keeps both out. */
const isLeftOut = (file: string) => file.endsWith('.spec.ts') || /^libs\/[^/]+\/src\/testing\//.test(file);

/** Compiled with packages that the build stage has, and replaced by a file that has them inside. */
const BUNDLED = /^libs\/(telemetry\/src\/opentelemetry\.ts$|console\/src\/)/;

// The image has no devDependencies but the compiler and types: what imports another one does not compile there.
test.each(projects)('what the image compiles of %s imports dependencies only', (project) => {
  const { name, dependencies = {} } = JSON.parse(
    readFileSync(join(root, project, 'package.json'), 'utf8'),
  ) as { name: string; dependencies?: Readonly<Record<string, string>> };
  const files = readdirSync(join(root, project, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `${project}/src/${file}`)
    .filter((file) => file.endsWith('.ts') && !isLeftOut(file) && !BUNDLED.test(file));
  const imported = files.flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export|\}) .*?from '([^'.][^']*)';$/gm),
    ].flatMap(([, source = '']) => (isBuiltin(source) ? [] : [/^(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]])),
  );

  expect(files.length > 0 || BUNDLED.test(`${project}/src/`)).toBe(true);
  const allowed = new Set([name, ...Object.keys(dependencies)]);
  expect([...new Set(imported)].filter((source) => source !== undefined && !allowed.has(source))).toEqual([]);
});
